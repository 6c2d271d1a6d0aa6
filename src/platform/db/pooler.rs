//! What stands between this server and PostgreSQL.

use sea_orm::sqlx::{
    self, ConnectOptions as _, Connection as _, PgConnection, Row as _, postgres::PgConnectOptions,
};
use tokio::time::timeout;

use super::limits;

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
/// Sets nothing: what is set on a shared session would reach other programs.
pub(super) async fn pooling(options: &PgConnectOptions) -> Result<Pooling, sqlx::Error> {
    let mut one = Box::pin(options.connect()).await?;
    let first = session(&mut one).await?;
    let asking = async {
        let mut other = Box::pin(options.connect()).await?;
        sqlx::raw_sql("BEGIN").execute(&mut other).await?;
        // The pooler gives the session that was used last first, unless somebody was quicker.
        let is_shared = session(&mut other).await? == first || session(&mut one).await? != first;
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await?;
        other.close().await?;
        one.close().await?;
        Ok(is_shared)
    };
    match timeout(limits::CONNECT_TIMEOUT, asking).await {
        Ok(Ok(true)) => Ok(Pooling::Transaction),
        Ok(Err(sqlx::Error::Database(error))) if error.message().contains("statement pooling mode") => {
            Ok(Pooling::Statement)
        }
        // There was no second connection to be had, and so nothing to compare.
        Ok(Ok(false) | Err(_)) | Err(_) => Ok(Pooling::Session),
    }
}

async fn session(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let row = sqlx::raw_sql("SELECT pg_backend_pid()")
        .fetch_one(connection)
        .await?;
    row.try_get(0)
}
