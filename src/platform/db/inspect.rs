//! Checks the tables and settings of a database, whatever its list of migrations says: can this binary use it?

use std::collections::{BTreeMap, BTreeSet};

use migration::{ColumnKind, ColumnShape, TableShape};
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement};

use super::{
    DatabaseProblem, Db, DbResult, Executor,
    layout::{FoundColumn, FoundTable, layout},
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
    /// Whether the list of changes is still in a table that other programs use too. [`migrate`](super::migrate()) moves it.
    pub is_in_a_shared_table: bool,
}

impl MigrationState {
    /// How a database stands in which nothing is.
    pub fn of_an_empty_database() -> Self {
        Self::comparing(&migration::known(), &[], false)
    }

    fn comparing(known: &[String], applied: &[String], is_in_a_shared_table: bool) -> Self {
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

/// How a database stands to this binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Which changes of the tables it has.
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

/// Looks at the database. Changes nothing.
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

/// What holds for the database as a whole.
async fn server_problem(db: &Executor) -> Result<Option<DatabaseProblem>, DbErr> {
    let backend = db.get_database_backend();
    let asked = async |sql: &str| db.query_all_raw(Statement::from_string(backend, sql)).await;
    match backend {
        DbBackend::Postgres => {
            let rows = asked("SELECT current_setting('server_encoding')").await?;
            let encoding: Option<String> = rows.first().map(|row| row.try_get_by_index(0)).transpose()?;
            Ok(encoding.filter(|it| it != "UTF8").map(DatabaseProblem::Encoding))
        }
        DbBackend::MySql => {
            let mut variables = BTreeMap::new();
            for row in asked("SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format')").await? {
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

/// The first difference from our table that this binary cannot work with. Columns of later migrations are fine, and so
/// is a table that an interrupted migration of ours has made.
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
        let has_to_be_there = column.made_by == expected.made_by || applied.contains(&column.made_by);
        match found.columns.iter().find(|it| it.name == column.name) {
            Some(found) => {
                if let Some(difference) = column_difference(backend, column, found) {
                    return Some(format!("its column {} {difference}", column.name));
                }
            }
            None if has_to_be_there => return Some(format!("it has no column {}", column.name)),
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
    missing.map(|columns| format!("no unique index is on {}", columns.join(", ")))
}

fn column_difference(backend: DbBackend, expected: &ColumnShape, found: &FoundColumn) -> Option<String> {
    if !holds(backend, expected.kind, &found.type_name) {
        let wanted = match expected.kind {
            ColumnKind::Uuid => "a UUID".to_owned(),
            ColumnKind::Text(Some(length)) => format!("text of up to {length} characters"),
            ColumnKind::Text(None) => "text".to_owned(),
            ColumnKind::Integer => "an integer of 32 bits".to_owned(),
            ColumnKind::BigInteger => "an integer of 64 bits".to_owned(),
        };
        return Some(format!("is {}, not {wanted}", found.type_name));
    }
    if expected.is_nullable && !found.is_nullable {
        return Some("does not allow NULL".to_owned());
    }
    let collation = found.collation.as_deref().unwrap_or("utf8mb4_bin");
    // Those that compare byte by byte: the others hold different addresses for the same.
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
        ColumnKind::Text(wanted) => match name {
            "varchar" | "character varying" => match (length, wanted) {
                (Some(length), Some(wanted)) => length >= wanted,
                (None, _) => true,
                (Some(_), None) => false,
            },
            "text" | "mediumtext" | "longtext" => true,
            _ => false,
        },
        // SQLite keeps all integers alike.
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
