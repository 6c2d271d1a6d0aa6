//! Bringing the schema up to date, once, however many instances start at the same time.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, TransactionTrait as _};

use super::{
    Db, DbResult, StartLock, UnusableDatabase, connect, connection_factory::Target, executor::to_its_end,
    inspect, limits,
};
use crate::platform::config::DatabasePooler;

/// Applies the changes that have not been, and returns their names. A database that this binary cannot work with is
/// left alone.
///
/// Goes on to its end where the caller is dropped, and keeps the lock as long.
pub async fn migrate(db: &Db, held: &StartLock) -> Result<Vec<String>, UnusableDatabase> {
    let before = inspect(db).await?;
    if let Some(problem) = before.refusal() {
        return Err(UnusableDatabase::DatabaseProblem(problem));
    }
    let migrations = before.migrations;
    if migrations.pending.is_empty() && !migrations.is_in_a_shared_table {
        return Ok(Vec::new());
    }
    let (target, held) = (db.target.clone(), held.clone());
    to_its_end(async move {
        let connection = connect::unhurried(&target).await?;
        let done = match &target {
            Target::Postgres(_, DatabasePooler::Transaction) => in_transaction(&connection).await,
            _ => migration::up(&connection).await,
        };
        // What became of the changes is what counts.
        connection.close().await.ok();
        drop(held);
        DbResult::Ok(done?)
    })
    .await??;
    let after = inspect(db).await?;
    match after.refusal() {
        Some(problem) => Err(UnusableDatabase::DatabaseProblem(problem)),
        None => Ok(migrations.pending),
    }
}

/// Applies the changes on a session that others use too. SeaORM prepares statements under names, which must neither meet
/// those that are there nor stay behind.
#[expect(
    clippy::disallowed_methods,
    reason = "runs in a task of its own, which no request can drop"
)]
async fn in_transaction(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = connection.begin().await?;
    let prepare = format!("{}; DEALLOCATE ALL", limits::POSTGRES_SHARED_NO_LIMITS);
    transaction.execute_unprepared(&prepare).await?;
    migration::up(&transaction).await?;
    transaction.execute_unprepared("DEALLOCATE ALL").await?;
    transaction.commit().await
}
