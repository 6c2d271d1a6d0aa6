//! The types of single values. SQLite keeps values of any type in any column, whatever the column was declared as.

use sea_orm::{
    QueryResult,
    sqlx::{Row as _, TypeInfo as _, ValueRef as _},
};

/// Whether this column of a row holds a text. Decoding does not show that: SQLite's driver also reads 16 bytes of text
/// as a UUID, but SQLite does not find the row by that UUID. Always false for the other databases, where a column has
/// one type.
pub fn is_sqlite_text(row: &QueryResult, column: &str) -> bool {
    let Some(row) = row.try_as_sqlite_row() else {
        return false;
    };
    row.try_get_raw(column)
        // NULL has the type of the column.
        .is_ok_and(|value| !value.is_null() && value.type_info().name() == "TEXT")
}
