//! The list of applied migrations, in a table that no other program uses.
//!
//! SeaORM's default table, `seaql_migrations`, is shared by all programs built on SeaORM. Two of them in one database
//! would each mistake the other's migrations for those of a newer version of themselves.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::Migrator;

pub(crate) const TABLE: &str = "portcullis_migrations";
/// Where earlier versions kept the list; another program can use this table, too.
const SHARED: &str = "seaql_migrations";
const VERSION: &str = "version";

/// Names of the migrations that have been applied to the database, in order. Read-only.
pub async fn applied<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let own = versions(db, TABLE).await?;
    if own.is_empty() {
        ours_in_shared_table(db).await
    } else {
        Ok(own)
    }
}

/// Whether the list must still move to its own table, which [`up`](crate::up) does. Read-only.
pub async fn is_in_a_shared_table<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    Ok(!ours_in_shared_table(db).await?.is_empty())
}

/// Moves the list to its own table. The next run resumes an interrupted move; rows of other programs stay.
pub(crate) async fn take_over<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let ours = ours_in_shared_table(db).await?;
    if ours.is_empty() {
        return Ok(());
    }
    Migrator::install(db).await?;
    if versions(db, TABLE).await?.is_empty() {
        let columns = [VERSION, "applied_at"];
        let rows = Query::select()
            .columns(columns)
            .from(SHARED)
            .and_where(Expr::col(VERSION).is_in(ours.clone()))
            .to_owned();
        let mut copy = Query::insert();
        copy.into_table(TABLE).columns(columns);
        copy.select_from(rows)
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        db.execute(&copy).await?;
    }
    let delete = Query::delete()
        .from_table(SHARED)
        .and_where(Expr::col(VERSION).is_in(ours))
        .to_owned();
    db.execute(&delete).await?;
    if versions(db, SHARED).await?.is_empty() {
        db.execute(&Table::drop().table(SHARED).to_owned()).await?;
    }
    Ok(())
}

async fn ours_in_shared_table<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let known = crate::known();
    let mut versions = versions(db, SHARED).await?;
    versions.retain(|version| known.contains(version));
    Ok(versions)
}

/// The versions listed in `table`; empty if the table is missing.
async fn versions<C: ConnectionTrait>(db: &C, table: &'static str) -> Result<Vec<String>, DbErr> {
    if !has_list(db, table).await? {
        return Ok(Vec::new());
    }
    let select = Query::select()
        .column(VERSION)
        .from(table)
        .order_by(VERSION, Order::Asc)
        .to_owned();
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Whether `table` exists and has the version column.
async fn has_list<C: ConnectionTrait>(db: &C, table: &str) -> Result<bool, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{VERSION}'"),
        backend => {
            let schema = if backend == DbBackend::MySql {
                "DATABASE()"
            } else {
                "current_schema()"
            };
            format!(
                "SELECT 1 FROM information_schema.columns WHERE table_schema = {schema} AND table_name = '{table}' \
                 AND column_name = '{VERSION}'"
            )
        }
    };
    let statement = Statement::from_string(db.get_database_backend(), sql);
    Ok(db.query_one_raw(statement).await?.is_some())
}
