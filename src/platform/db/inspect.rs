//! Checks whether this binary can use the database: its tables and settings, whatever its list of migrations says.

use std::collections::{BTreeMap, BTreeSet};

use migration::{ColumnKind, ColumnShape, TableShape};
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement};

use super::{
    DatabaseProblem, Db, DbResult, Executor,
    layout::{FoundColumn, FoundTable, layout},
};

/// The migrations of the database, compared with those of this binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Names of the applied migrations that this binary knows, in order.
    pub applied: Vec<String>,
    /// Names of the migrations that have not been applied.
    pub pending: Vec<String>,
    /// Names of applied migrations that this binary does not know: the database is newer than the binary.
    pub unknown: Vec<String>,
    /// Whether the list of migrations is still in a table that other programs share. [`migrate`](super::migrate())
    /// moves it.
    pub is_in_a_shared_table: bool,
}

impl MigrationState {
    /// The state of an empty database.
    pub fn of_an_empty_database() -> Self {
        Self::comparing(&migration::known(), &[], false)
    }

    fn comparing(known: &[String], applied: &[String], is_in_a_shared_table: bool) -> Self {
        let without = |names: &[String], others: &[String]| {
            let others: BTreeSet<&String> = others.iter().collect();
            names
                .iter()
                .filter(|name| !others.contains(name))
                .cloned()
                .collect()
        };
        let unknown: Vec<String> = without(applied, known);
        Self {
            pending: without(known, applied),
            applied: without(applied, &unknown),
            unknown,
            is_in_a_shared_table,
        }
    }
}

/// Whether this binary can use a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The migrations.
    pub migrations: MigrationState,
    /// What this binary cannot work with, whichever version migrated the database.
    pub problem: Option<DatabaseProblem>,
}

impl Inspection {
    /// Why this binary must not start on the database.
    pub fn refusal(&self) -> Option<DatabaseProblem> {
        let newer = &self.migrations.unknown;
        if newer.is_empty() {
            self.problem.clone()
        } else {
            Some(DatabaseProblem::Newer(newer.clone()))
        }
    }
}

/// The problem of a database at this address that has no list of our migrations; none if it has one, from whatever
/// version. Read-only.
pub async fn not_ours(db: &Db, place: &str) -> DbResult<Option<DatabaseProblem>> {
    if !migration::applied(db.reader()).await?.is_empty() {
        return Ok(None);
    }
    let problem = inspect(db).await?.problem;
    Ok(problem.or_else(|| Some(DatabaseProblem::NotOurs(place.to_owned()))))
}

/// Inspects the database. Read-only.
pub async fn inspect(db: &Db) -> DbResult<Inspection> {
    let reader = db.reader();
    let applied = migration::applied(reader).await?;
    let is_in_a_shared_table = migration::is_in_a_shared_table(reader).await?;
    let migrations = MigrationState::comparing(&migration::known(), &applied, is_in_a_shared_table);
    let problem = match server_problem(reader).await? {
        None => table_problem(reader, &migrations.applied).await?,
        found => found,
    };
    Ok(Inspection { migrations, problem })
}

/// A problem of the database as a whole.
async fn server_problem(db: &Executor) -> Result<Option<DatabaseProblem>, DbErr> {
    let backend = db.get_database_backend();
    let query = async |sql: &str| db.query_all_raw(Statement::from_string(backend, sql)).await;
    match backend {
        DbBackend::Postgres => {
            let rows = query("SELECT current_setting('server_encoding')").await?;
            let encoding: Option<String> = rows.first().map(|row| row.try_get_by_index(0)).transpose()?;
            Ok(encoding.filter(|it| it != "UTF8").map(DatabaseProblem::Encoding))
        }
        DbBackend::MySql => {
            let mut variables = BTreeMap::new();
            for row in query("SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format')").await? {
                let (name, value): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                variables.insert(name, value);
            }
            let is = |name, value| variables.get(name).is_some_and(|it: &String| it == value);
            Ok((is("log_bin", "ON") && is("binlog_format", "STATEMENT"))
                .then_some(DatabaseProblem::StatementLog))
        }
        _ => Ok(None),
    }
}

async fn table_problem(db: &Executor, applied: &[String]) -> Result<Option<DatabaseProblem>, DbErr> {
    let expected = migration::tables();
    let names: Vec<_> = expected.iter().map(|table| table.name.clone()).collect();
    let found = layout(db, &names).await?;
    let backend = db.get_database_backend();
    Ok(expected.iter().find_map(|table| {
        let is_made = applied.contains(&table.made_by);
        let Some(found) = found.get(&table.name) else {
            return is_made.then(|| DatabaseProblem::MissingTable(table.name.clone()));
        };
        let (table, difference) = (table.name.clone(), difference(backend, table, found, applied)?);
        Some(if is_made {
            DatabaseProblem::AlteredTable { table, difference }
        } else {
            DatabaseProblem::ForeignTable { table, difference }
        })
    }))
}

/// The first difference from our table that this binary cannot work with. Columns of later migrations are allowed, and
/// so is a table that an interrupted migration of ours has created.
fn difference(
    backend: DbBackend,
    expected: &TableShape,
    found: &FoundTable,
    applied: &[String],
) -> Option<String> {
    let is_made = applied.contains(&expected.made_by);
    let storage = if backend == DbBackend::MySql {
        "InnoDB"
    } else {
        "table"
    };
    if found.storage != storage {
        return Some(format!("it is a {}, not a {storage}", found.storage));
    }
    for column in &expected.columns {
        let is_required = column.made_by == expected.made_by || applied.contains(&column.made_by);
        match found.columns.iter().find(|it| it.name == column.name) {
            Some(found) => {
                if let Some(difference) = column_difference(backend, column, found) {
                    return Some(format!("its column {} {difference}", column.name));
                }
            }
            None if is_required => return Some(format!("it has no column {}", column.name)),
            None => {}
        }
    }
    let is_known = |name: &str| expected.columns.iter().any(|column| column.name == name);
    for column in found.columns.iter().filter(|column| !is_known(&column.name)) {
        if !is_made {
            return Some(format!("it has a column {}", column.name));
        }
        if !column.is_nullable && !column.has_default {
            return Some(format!("its column {} has no default", column.name));
        }
    }
    let missing = expected.unique.iter().find(|columns| {
        let columns: BTreeSet<String> = columns.iter().cloned().collect();
        !found.unique.contains(&columns)
    });
    missing.map(|columns| format!("it has no unique index on {}", columns.join(", ")))
}

fn column_difference(backend: DbBackend, expected: &ColumnShape, found: &FoundColumn) -> Option<String> {
    if !holds(backend, expected.kind, &found.type_name) {
        let kind = match expected.kind {
            ColumnKind::Uuid => "a UUID".to_owned(),
            ColumnKind::Text(Some(length)) => format!("text of up to {length} characters"),
            ColumnKind::Text(None) => "text".to_owned(),
            ColumnKind::Integer => "an integer of 32 bits".to_owned(),
            ColumnKind::BigInteger => "an integer of 64 bits".to_owned(),
        };
        return Some(format!("is {}, not {kind}", found.type_name));
    }
    if expected.is_nullable && !found.is_nullable {
        return Some("does not allow NULL".to_owned());
    }
    let collation = found.collation.as_deref().unwrap_or("utf8mb4_bin");
    // Only binary collations compare byte by byte: the others treat some different addresses as equal.
    let is_exact = collation.starts_with("utf8mb4_") && collation.ends_with("bin");
    (!is_exact).then(|| format!("compares text by {collation}, not utf8mb4_bin"))
}

/// Whether a column of this type can hold the expected values.
fn holds(backend: DbBackend, kind: ColumnKind, type_name: &str) -> bool {
    let (name, length) = match type_name.split_once('(') {
        Some((name, rest)) => (name, rest.trim_end_matches(')').parse::<u32>().ok()),
        None => (type_name, None),
    };
    match kind {
        ColumnKind::Uuid => match backend {
            DbBackend::MySql => type_name == "binary(16)",
            DbBackend::Postgres => name == "uuid",
            _ => name.starts_with("uuid"),
        },
        ColumnKind::Text(min_length) => match name {
            "varchar" | "character varying" => match (length, min_length) {
                (Some(length), Some(min_length)) => length >= min_length,
                (None, _) => true,
                (Some(_), None) => false,
            },
            "text" | "mediumtext" | "longtext" => true,
            _ => false,
        },
        // SQLite stores all integers in the same way.
        ColumnKind::Integer | ColumnKind::BigInteger if backend == DbBackend::Sqlite => {
            matches!(name, "integer" | "bigint" | "int")
        }
        ColumnKind::Integer => matches!(name, "integer" | "int") && !type_name.contains("unsigned"),
        ColumnKind::BigInteger => name == "bigint" && !type_name.contains("unsigned"),
    }
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
