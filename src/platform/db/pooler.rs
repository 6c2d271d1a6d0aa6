//! Detects a connection pooler between this server and PostgreSQL.

use sea_orm::sqlx::{
    self, ConnectOptions as _, Connection as _, PgConnection, Row as _, postgres::PgConnectOptions,
};
use tokio::time::timeout;

use super::limits;

/// How often the sessions of two connections are compared.
const PROBES: u32 = 3;

/// How long a connection keeps its database session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    /// For its lifetime: there is no pooler, or one in session mode.
    Session,
    /// For one transaction.
    Transaction,
    /// For one statement; transactions are not allowed.
    Statement,
}

/// Detects the pooling mode, for any product: without a pooler in transaction mode, two connections that are open at
/// the same time each keep their own session.
///
/// Probes several times, since other programs use the pooler at the same time, and it can assign its sessions in turns.
/// Sets nothing: settings on a shared session would affect other programs.
pub(super) async fn pooling(options: &PgConnectOptions) -> Result<Pooling, sqlx::Error> {
    let mut a = Box::pin(options.connect()).await?;
    let first = session(&mut a).await?;
    let probing = async {
        let mut b = Box::pin(options.connect()).await?;
        let mut is_shared = false;
        for _ in 0..PROBES {
            is_shared = session(&mut a).await? != first;
            sqlx::raw_sql("BEGIN").execute(&mut b).await?;
            is_shared |= session(&mut b).await? == first || session(&mut a).await? != first;
            sqlx::raw_sql("ROLLBACK").execute(&mut b).await?;
            if is_shared {
                break;
            }
        }
        b.close().await?;
        a.close().await?;
        Ok(is_shared)
    };
    let probed = timeout(limits::CONNECT_TIMEOUT, probing)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut));
    match probed {
        Ok(true) => Ok(Pooling::Transaction),
        Ok(false) => Ok(Pooling::Session),
        Err(sqlx::Error::Database(error)) if error.message().contains("statement pooling mode") => {
            Ok(Pooling::Statement)
        }
        // For example, the database allows this role only one connection.
        Err(_) => {
            tracing::warn!(
                "could not detect whether there is a pooler in transaction mode in front of the database; if there is, \
                 set database_pooler"
            );
            Ok(Pooling::Session)
        }
    }
}

async fn session(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let row = sqlx::raw_sql("SELECT pg_backend_pid()")
        .fetch_one(connection)
        .await?;
    row.try_get(0)
}
