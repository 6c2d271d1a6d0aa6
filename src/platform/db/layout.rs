//! Reads the tables that the database has.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

/// An existing table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FoundTable {
    /// The storage engine on MySQL and MariaDB; `table` or `view` on the others.
    pub(super) storage: String,
    pub(super) columns: Vec<FoundColumn>,
    /// The sets of columns with a unique index: one that is not partial, not on a prefix and not deferrable.
    pub(super) unique: BTreeSet<BTreeSet<String>>,
}

/// An existing column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FoundColumn {
    pub(super) name: String,
    /// The database's name of the type.
    pub(super) type_name: String,
    pub(super) is_nullable: bool,
    /// Whether it has a default other than NULL.
    pub(super) has_default: bool,
    /// Collation, on MySQL and MariaDB.
    pub(super) collation: Option<String>,
}

/// The tables or views with these names. Read-only.
pub(super) async fn layout<C: ConnectionTrait>(
    db: &C,
    names: &[String],
) -> Result<BTreeMap<String, FoundTable>, DbErr> {
    let (columns, unique) = match db.get_database_backend() {
        DbBackend::Postgres => (POSTGRES_COLUMNS, POSTGRES_UNIQUE),
        DbBackend::MySql => (MYSQL_COLUMNS, MYSQL_UNIQUE),
        _ => (SQLITE_COLUMNS, SQLITE_UNIQUE),
    };
    let mut tables: BTreeMap<String, FoundTable> = BTreeMap::new();
    for row in query(db, columns, names).await? {
        let table = tables.entry(text(&row, 0)?).or_default();
        table.storage = text(&row, 1)?;
        table.columns.push(FoundColumn {
            name: text(&row, 2)?,
            type_name: text(&row, 3)?.to_lowercase(),
            is_nullable: text(&row, 4)? == "true",
            has_default: text(&row, 5)? == "true",
            collation: row.try_get_by_index(6)?,
        });
    }
    if db.get_database_backend() == DbBackend::MySql {
        for row in query(db, MYSQL_STORAGE, names).await? {
            if let Some(table) = tables.get_mut(&text(&row, 0)?) {
                table.storage = text(&row, 1)?;
            }
        }
    }
    let mut indexes: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for row in query(db, unique, names).await? {
        // An index on an expression has no column name here, and covers none of the columns.
        let column: Option<String> = row.try_get_by_index(2)?;
        let index = indexes.entry((text(&row, 0)?, text(&row, 1)?)).or_default();
        index.insert(column.unwrap_or_default());
    }
    for ((table, _), columns) in indexes {
        if let Some(table) = tables.get_mut(&table) {
            table.unique.insert(columns);
        }
    }
    Ok(tables)
}

async fn query<C: ConnectionTrait>(db: &C, sql: &str, names: &[String]) -> Result<Vec<QueryResult>, DbErr> {
    let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
    let sql = sql.replace("NAMES", &names.join(", "));
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await
}

fn text(row: &QueryResult, index: usize) -> Result<String, DbErr> {
    row.try_get_by_index(index)
}

// All columns are text: table, storage, column, type, whether it is nullable, whether it has a default, collation.

const POSTGRES_COLUMNS: &str = "SELECT t.relname::text, \
    CASE WHEN t.relkind IN ('r', 'p') THEN 'table' ELSE 'view' END, a.attname::text, \
    format_type(a.atttypid, a.atttypmod)::text, (NOT a.attnotnull)::text, \
    (a.atthasdef OR a.attidentity <> '')::text, NULL::text \
    FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid \
    WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p', 'v', 'm', 'f') AND t.relname IN (NAMES) \
    AND a.attnum > 0 AND NOT a.attisdropped ORDER BY t.relname, a.attnum";

const MYSQL_COLUMNS: &str = "SELECT CAST(table_name AS CHAR), '', LOWER(CAST(column_name AS CHAR)), \
    CAST(column_type AS CHAR), CAST(IF(is_nullable = 'YES', 'true', 'false') AS CHAR), \
    CAST(IF(column_default IS NULL AND extra NOT LIKE '%auto_increment%', 'false', 'true') AS CHAR), \
    CAST(collation_name AS CHAR) FROM information_schema.columns \
    WHERE table_schema = DATABASE() AND table_name IN (NAMES) ORDER BY table_name, ordinal_position";

/// Separate, since MariaDB opens every table of the server for a join of the two views.
const MYSQL_STORAGE: &str = "SELECT CAST(table_name AS CHAR), CAST(COALESCE(engine, 'view') AS CHAR) \
    FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN (NAMES)";

// Names are case-insensitive in SQLite.
const SQLITE_COLUMNS: &str = "SELECT lower(t.name), t.type, lower(c.name), c.type, \
    CASE c.\"notnull\" WHEN 0 THEN 'true' ELSE 'false' END, \
    CASE WHEN c.dflt_value IS NULL THEN 'false' ELSE 'true' END, NULL \
    FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type IN ('table', 'view') AND lower(t.name) IN (NAMES) \
    ORDER BY t.name, c.cid";

// All columns are text: table, index, column.

const POSTGRES_UNIQUE: &str = "SELECT t.relname::text, i.indexrelid::text, a.attname::text \
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND array_position(i.indkey::int2[], a.attnum) < i.indnkeyatts \
    WHERE n.nspname = current_schema() AND t.relname IN (NAMES) AND i.indisunique AND i.indisvalid AND i.indimmediate \
    AND i.indpred IS NULL AND i.indexprs IS NULL";

const MYSQL_UNIQUE: &str = "SELECT CAST(table_name AS CHAR), CAST(index_name AS CHAR), \
    CAST(IF(sub_part IS NULL, LOWER(column_name), '') AS CHAR) FROM information_schema.statistics \
    WHERE table_schema = DATABASE() AND table_name IN (NAMES) AND non_unique = 0";

/// A primary key of one integer column has no index: it is the row id.
const SQLITE_UNIQUE: &str = "SELECT lower(t.name), i.name, lower(c.name) \
    FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c \
    WHERE t.type = 'table' AND lower(t.name) IN (NAMES) AND i.\"unique\" = 1 AND i.partial = 0 \
    UNION ALL SELECT lower(t.name), 'primary key', lower(c.name) \
    FROM sqlite_master t, pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND lower(t.name) IN (NAMES) AND c.pk > 0";
