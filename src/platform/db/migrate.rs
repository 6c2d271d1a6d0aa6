//! Bringing the schema up to date, once, however many instances start at the same time.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, TransactionTrait as _};

use super::{
    Db, DbResult, StartLock, UnusableDatabase, connect, connection::Sessions, executor::to_its_end, inspect,
    limits, opener::Target,
};

/// How the database's schema stands to this binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Names of the changes that have been applied and that this binary knows, in order.
    pub applied: Vec<String>,
    /// Names of the changes that have not.
    pub pending: Vec<String>,
    /// Names of applied changes that this binary does not know: the database is newer than the binary.
    pub unknown: Vec<String>,
    /// Whether the list of changes is still in a table that other programs use too. [`migrate`] moves it.
    pub is_in_a_shared_table: bool,
}

impl MigrationState {
    /// How a database stands in which nothing is.
    pub fn of_an_empty_database() -> Self {
        Self::comparing(&migration::known(), &[], false)
    }

    pub(super) fn comparing(known: &[String], applied: &[String], is_in_a_shared_table: bool) -> Self {
        let only = |these: &[String], others: &[String]| {
            let others: BTreeSet<&String> = others.iter().collect();
            these
                .iter()
                .filter(|name| !others.contains(name))
                .cloned()
                .collect()
        };
        let unknown: Vec<String> = only(applied, known);
        Self {
            pending: only(known, applied),
            applied: only(applied, &unknown),
            unknown,
            is_in_a_shared_table,
        }
    }
}

/// Applies the changes that have not been, and returns their names. A database that this binary cannot work with is
/// left alone.
///
/// Goes on to its end where the caller is dropped, and keeps the lock as long.
pub async fn migrate(db: &Db, held: &StartLock) -> Result<Vec<String>, UnusableDatabase> {
    let before = inspect(db).await?;
    if let Some(unfit) = before.refusal() {
        return Err(UnusableDatabase::Unfit(unfit));
    }
    let migrations = before.migrations;
    if migrations.pending.is_empty() && !migrations.is_in_a_shared_table {
        return Ok(Vec::new());
    }
    let (target, held) = (db.target.clone(), held.clone());
    to_its_end(async move {
        let connection = connect::unhurried(&target).await?;
        let done = match &target {
            Target::Postgres(_, Sessions::Shared) => in_transaction(&connection).await,
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
        Some(unfit) => Err(UnusableDatabase::Unfit(unfit)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_applied_pending_or_unknown() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let state = MigrationState::comparing(&names("one two three"), &names("one two four"), false);
        assert_eq!(state.applied, names("one two"));
        assert_eq!(state.pending, names("three"));
        assert_eq!(state.unknown, names("four"));
    }
}
