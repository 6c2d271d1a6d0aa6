//! The schema that the migrations produce: tables, columns, unique indexes. For comparing a database with it.

use sea_orm_migration::{
    MigrationName,
    prelude::*,
    sea_orm::{DbBackend, sea_query::StringLen},
};

use crate::{
    m20261122_000001_create_users as create_users, m20261122_000002_create_user_roles as create_user_roles,
    m20261122_000003_create_sessions as create_sessions,
    m20261122_000005_create_signing_keys as create_signing_keys,
    m20261122_000006_refresh_sessions as refresh_sessions,
    m20261122_000008_create_attempt_streaks as create_attempt_streaks,
    m20261128_000012_create_form_receipts as create_form_receipts,
    m20261129_000014_count_repeated_trades as count_repeated_trades,
};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// Its name.
    pub name: String,
    /// Name of the migration that creates it.
    pub made_by: String,
    /// Its columns.
    pub columns: Vec<ColumnShape>,
    /// The sets of columns that are unique together.
    pub unique: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnShape {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ColumnKind,
    /// Whether it can hold NULL.
    pub is_nullable: bool,
    /// Name of the migration that adds it.
    pub made_by: String,
}

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A UUID, in the database's own representation.
    Uuid,
    /// Text of at most this many characters, or of any length.
    Text(Option<u32>),
    /// An integer of 32 bits.
    Integer,
    /// An integer of 64 bits.
    BigInteger,
}

/// The tables after all migrations.
pub fn tables() -> Vec<TableShape> {
    // Names and types are the same for every database.
    let backend = DbBackend::Sqlite;
    let mut tables = vec![
        created(&create_users::Migration, &create_users::table(backend)),
        created(&create_user_roles::Migration, &create_user_roles::table(backend)),
        created(&create_sessions::Migration, &create_sessions::table(backend)),
        created(
            &create_signing_keys::Migration,
            &create_signing_keys::table(backend),
        ),
        created(
            &create_attempt_streaks::Migration,
            &create_attempt_streaks::table(backend),
        ),
        created(
            &create_form_receipts::Migration,
            &create_form_receipts::table(backend),
        ),
    ];
    let added = refresh_sessions::columns()
        .map(|(_, column)| (refresh_sessions::Migration.name().to_owned(), column))
        .into_iter()
        .chain(
            count_repeated_trades::columns()
                .map(|(_, column)| (count_repeated_trades::Migration.name().to_owned(), column)),
        );
    if let Some(sessions) = tables.iter_mut().find(|table| table.name == "sessions") {
        sessions
            .columns
            .extend(added.filter_map(|(made_by, column)| shape(&made_by, &column)));
    }
    tables
}

fn created(migration: &dyn MigrationName, table: &TableCreateStatement) -> TableShape {
    let made_by = migration.name();
    let columns = table.get_columns();
    let unique_columns = columns.iter().filter(|column| {
        let spec = column.get_column_spec();
        spec.unique || spec.primary_key
    });
    let mut unique: Vec<_> = unique_columns
        .map(|column| vec![column.get_column_name()])
        .collect();
    let indexes = table.get_indexes().iter();
    unique.extend(indexes.map(|index| index.get_index_spec().get_column_names()));
    TableShape {
        name: table.get_table_name().map(name_of).unwrap_or_default(),
        made_by: made_by.to_owned(),
        columns: columns
            .iter()
            .filter_map(|column| shape(made_by, column))
            .collect(),
        unique,
    }
}

fn name_of(table: &TableRef) -> String {
    match table {
        TableRef::Table(name, _) => name.1.to_string(),
        _ => String::new(),
    }
}

fn shape(made_by: &str, column: &ColumnDef) -> Option<ColumnShape> {
    let kind = match column.get_column_type()? {
        ColumnType::Uuid => ColumnKind::Uuid,
        ColumnType::String(StringLen::N(length)) => ColumnKind::Text(Some(*length)),
        ColumnType::Text => ColumnKind::Text(None),
        ColumnType::Integer => ColumnKind::Integer,
        ColumnType::BigInteger => ColumnKind::BigInteger,
        // We use no others: a test compares this result with the entities.
        _ => return None,
    };
    Some(ColumnShape {
        name: column.get_column_name(),
        kind,
        is_nullable: column.get_column_spec().nullable != Some(false),
        made_by: made_by.to_owned(),
    })
}
