//! The schema that the migrations produce: tables, columns, unique indexes. For comparing a database with it.

use sea_orm_migration::{MigrationName, prelude::*, sea_orm::sea_query::StringLen};

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

/// Adds the table that `migration` creates.
pub(crate) fn add_table(
    tables: &mut Vec<TableShape>,
    migration: &dyn MigrationName,
    table: &TableCreateStatement,
) {
    tables.push(created(migration, table));
}

/// Adds the columns that `migration` adds to a table.
pub(crate) fn add_columns(
    tables: &mut [TableShape],
    table: &str,
    migration: &dyn MigrationName,
    columns: &[(&'static str, ColumnDef)],
) {
    if let Some(table) = tables.iter_mut().find(|it| it.name == table) {
        let added = columns
            .iter()
            .filter_map(|(_, column)| shape(migration.name(), column));
        table.columns.extend(added);
    }
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
