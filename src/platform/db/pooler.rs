//! What stands between this server and PostgreSQL.

use sea_orm::sqlx::{
    self, ConnectOptions as _, Connection as _, PgConnection, Row as _, postgres::PgConnectOptions,
};
use tokio::time::timeout;

use super::limits;

/// How often two connections are compared.
const PROBES: u32 = 3;

/// For how long a connection has a session of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    /// For as long as it lives: there is no pooler, or one in session mode.
    Session,
    /// For one transaction.
    Transaction,
    /// For one statement, and no transaction is begun.
    Statement,
}

/// For how long a pooler hands out sessions, found out without asking for its name. Two connections of ours that are
/// open together would otherwise each have a session of its own, for as long as they live.
///
/// Asks several times, since other programs use the pooler meanwhile, and since it may hand out its sessions in turns.
/// Sets nothing: what is set on a shared session would reach other programs.
pub(super) async fn pooling(options: &PgConnectOptions) -> Result<Pooling, sqlx::Error> {
    let mut one = Box::pin(options.connect()).await?;
    let first = session(&mut one).await?;
    let asking = async {
        let mut other = Box::pin(options.connect()).await?;
        let mut is_shared = false;
        for _ in 0..PROBES {
            is_shared = session(&mut one).await? != first;
            sqlx::raw_sql("BEGIN").execute(&mut other).await?;
            is_shared |= session(&mut other).await? == first || session(&mut one).await? != first;
            sqlx::raw_sql("ROLLBACK").execute(&mut other).await?;
            if is_shared {
                break;
            }
        }
        other.close().await?;
        one.close().await?;
        Ok(is_shared)
    };
    match timeout(limits::CONNECT_TIMEOUT, asking).await {
        Ok(Ok(true)) => Ok(Pooling::Transaction),
        Ok(Err(sqlx::Error::Database(error))) if error.message().contains("statement pooling mode") => {
            Ok(Pooling::Statement)
        }
        Ok(Ok(false)) => Ok(Pooling::Session),
        // For example, the database gives this role one connection only.
        Ok(Err(_)) | Err(_) => {
            tracing::warn!(
                "could not find out whether a pooler in transaction mode stands in front of the database; if one does, \
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
