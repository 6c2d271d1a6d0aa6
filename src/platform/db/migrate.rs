//! Migrates the schema once, however many instances start at the same time.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, TransactionTrait as _};

use super::{
    Db, DbResult, StartLock, UnusableDatabase, connect, connection_factory::Target, executor::run_detached,
    inspect, limits,
};
use crate::platform::config::DatabasePooler;

/// Applies the pending migrations and returns their names. Does not change a database that this binary cannot work
/// with.
///
/// Runs to its end even if the caller is dropped, and holds the lock until then.
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
    run_detached(async move {
        let connection = connect::unhurried(&target).await?;
        let done = match &target {
            Target::Postgres(_, DatabasePooler::Transaction) => in_transaction(&connection).await,
            _ => migration::up(&connection).await,
        };
        // Only the result of the migrations counts.
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

/// Applies the migrations on a shared session. SeaORM prepares named statements, which must neither conflict with
/// existing ones nor stay behind.
#[expect(
    clippy::disallowed_methods,
    reason = "runs in its own task, which no request can drop"
)]
async fn in_transaction(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = connection.begin().await?;
    let prepare = format!("{}; DEALLOCATE ALL", limits::POSTGRES_SHARED_NO_LIMITS);
    transaction.execute_unprepared(&prepare).await?;
    migration::up(&transaction).await?;
    transaction.execute_unprepared("DEALLOCATE ALL").await?;
    transaction.commit().await
}
