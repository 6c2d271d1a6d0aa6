//! Bringing the schema up to date, once, however many instances start at the same time.

use std::collections::BTreeSet;

use super::{Db, DbResult, StartLock, connect, executor::to_its_end};

/// How the database's schema stands to this binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Names of the changes that have been applied and that this binary knows, in order.
    pub applied: Vec<String>,
    /// Names of the changes that have not.
    pub pending: Vec<String>,
    /// Names of applied changes that this binary does not know: the database is newer than the binary.
    pub unknown: Vec<String>,
}

/// The database has changes that this binary does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewerDatabase {
    /// Names of those changes.
    pub unknown: Vec<String>,
}

impl MigrationState {
    /// How a database stands in which nothing is.
    pub fn of_an_empty_database() -> Self {
        Self::comparing(&migration::known(), &[])
    }

    fn comparing(known: &[String], applied: &[String]) -> Self {
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
        }
    }
}

/// How the database's schema stands to this binary. Changes nothing.
pub async fn migration_state(db: &Db) -> DbResult<MigrationState> {
    let connection = connect::unhurried(&db.settings).await?;
    let applied = migration::applied(&connection).await;
    connection.close().await.ok();
    Ok(MigrationState::comparing(&migration::known(), &applied?))
}

/// Applies the changes that have not been, and tells their names. A database newer than this binary is left alone.
///
/// Goes on to its end where the caller is dropped, and keeps the lock as long.
pub async fn migrate(db: &Db, held: &StartLock) -> DbResult<Result<Vec<String>, NewerDatabase>> {
    let before = migration_state(db).await?;
    if !before.unknown.is_empty() {
        return Ok(Err(NewerDatabase {
            unknown: before.unknown,
        }));
    }
    if !before.pending.is_empty() {
        let (settings, held) = (db.settings.clone(), held.clone());
        to_its_end(async move {
            let connection = connect::unhurried(&settings).await?;
            let done = migration::up(&connection).await;
            // What became of the changes is what counts.
            connection.close().await.ok();
            drop(held);
            DbResult::Ok(done?)
        })
        .await??;
    }
    Ok(Ok(before.pending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_applied_pending_or_unknown() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let state = MigrationState::comparing(&names("one two three"), &names("one two four"));
        assert_eq!(state.applied, names("one two"));
        assert_eq!(state.pending, names("three"));
        assert_eq!(state.unknown, names("four"));
    }
}
