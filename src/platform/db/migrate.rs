//! Bringing the schema up to date, once, however many instances start at the same time.

use std::collections::BTreeSet;

use super::{Db, DbResult, StartLock};

/// How the database's schema stands to this binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Names of the changes that have been applied, in order.
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

/// How the database's schema stands to this binary. Changes nothing.
pub async fn migration_state(db: &Db) -> DbResult<MigrationState> {
    let known = migration::known();
    let applied = migration::applied(db.writer()).await?;
    let applied_set: BTreeSet<&String> = applied.iter().collect();
    let known_set: BTreeSet<&String> = known.iter().collect();
    Ok(MigrationState {
        pending: known
            .iter()
            .filter(|name| !applied_set.contains(name))
            .cloned()
            .collect(),
        unknown: applied
            .iter()
            .filter(|name| !known_set.contains(name))
            .cloned()
            .collect(),
        applied,
    })
}

/// Applies the changes that have not been, and tells their names. A database newer than this binary is left alone.
pub async fn migrate(db: &Db, _held: &StartLock) -> DbResult<Result<Vec<String>, NewerDatabase>> {
    let before = migration_state(db).await?;
    if !before.unknown.is_empty() {
        return Ok(Err(NewerDatabase {
            unknown: before.unknown,
        }));
    }
    if !before.pending.is_empty() {
        migration::up(db.writer()).await?;
    }
    Ok(Ok(before.pending))
}
