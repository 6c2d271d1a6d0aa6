//! Triggers and views in a SQLite database. Portcullis makes none, and SQLite runs a trigger with every change of its
//! table, so somebody who could write to the file once would keep changing what is written later.

use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement};

use super::{DatabaseProblem, Db, DbResult};

/// The problem if there are any. Always none for the other databases, whose administrators make views for themselves.
pub async fn foreign_objects(db: &Db) -> DbResult<Option<DatabaseProblem>> {
    if db.backend() != DbBackend::Sqlite {
        return Ok(None);
    }
    let sql = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type, name";
    let rows = db
        .reader()
        .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await?;
    let names = rows.iter().map(|row| {
        let (kind, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(format!("{kind} {name}"))
    });
    let names = names.collect::<Result<Vec<_>, DbErr>>()?;
    Ok((!names.is_empty()).then_some(DatabaseProblem::ForeignObjects(names)))
}
