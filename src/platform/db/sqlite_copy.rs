//! A consistent copy of a SQLite database that may be in use, and the check of such a copy.

use std::{fs, path::Path};

use sea_orm::{
    DbBackend, DbErr, RuntimeErr, Statement,
    sqlx::{self, ConnectOptions as _, sqlite::SqliteConnectOptions},
};

use super::{
    DatabaseProblem, Db, DbResult, Executor,
    cache_generation::Generations,
    connection::{Command, Connection},
    connection_factory::Target,
    executor::rows,
    not_ours,
    pool::Pool,
};

/// Opens a SQLite file that no process writes to, read-only and without creating files next to it. A write-ahead log
/// next to it is not read.
pub fn open_sqlite_copy(file: &Path) -> DbResult<Db> {
    open_read_only(file, true)
}

/// As [`not_ours`](super::not_ours), for a SQLite file that is not open yet. Changes neither the file nor its
/// journal mode.
///
/// Reads the file alone first. If that has no list, and there is a write-ahead log, the list can be in that log: a
/// server that has just made the database, or has crashed, leaves it there.
pub async fn sqlite_file_not_ours(file: &Path, place: &str) -> DbResult<Option<DatabaseProblem>> {
    // SQLite puts the log next to the file that a link points to.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let alone = look(open_read_only(&file, true)?, place).await;
    let mut log = file.clone().into_os_string();
    log.push("-wal");
    let has_log = fs::metadata(log).is_ok_and(|log| log.len() > 0);
    match alone {
        Ok(None) => Ok(None),
        _ if has_log => look(open_read_only(&file, false)?, place).await,
        alone => alone,
    }
}

async fn look(db: Db, place: &str) -> DbResult<Option<DatabaseProblem>> {
    let found = not_ours(&db, place).await;
    db.close().await;
    found
}

fn open_read_only(file: &Path, is_immutable: bool) -> DbResult<Db> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .immutable(is_immutable)
        .disable_statement_logging();
    let target = Target::Sqlite(Box::new(options));
    let reader = Executor::new(Pool::new(target.clone(), 1, None)?, DbBackend::Sqlite);
    Ok(Db {
        writer: reader.clone(),
        reader,
        target,
        generations: Generations::default(),
    })
}

impl Db {
    /// Writes a consistent copy of this SQLite database into `copy`, an empty file. The caller must flush it to the
    /// disk.
    ///
    /// `VACUUM INTO` reads one snapshot from its start to its end (<https://sqlite.org/lang_vacuum.html>). With the
    /// write-ahead log nobody waits for that, but the log cannot be reset meanwhile, and grows by what is written
    /// (<https://sqlite.org/wal.html>, section 6). The connection is separate and has no time limit.
    ///
    /// If this fails, or is dropped, `copy` holds a part of the database.
    pub async fn copy_into(&self, copy: &Path) -> DbResult<()> {
        let name = copy
            .to_str()
            .ok_or_else(|| DbErr::Custom("SQLite needs a file name in UTF-8".to_owned()))?;
        let sql = "VACUUM INTO ?";
        self.unlimited(Statement::from_sql_and_values(
            DbBackend::Sqlite,
            sql,
            [name.into()],
        ))
        .await
        .map(drop)
    }

    /// How large such a copy would be now, in bytes.
    pub async fn copy_size(&self) -> DbResult<u64> {
        let sql = "SELECT (pages.page_count - free.freelist_count) * size.page_size \
                   FROM pragma_page_count pages, pragma_freelist_count free, pragma_page_size size";
        let rows = self
            .unlimited(Statement::from_string(DbBackend::Sqlite, sql))
            .await?;
        let bytes: Option<i64> = rows.first().map(|row| row.try_get_by_index(0)).transpose()?;
        Ok(bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0))
    }

    /// The first damage of a SQLite database, in SQLite's words. None if it is sound: pages, rows and indexes agree
    /// (<https://sqlite.org/pragma.html#pragma_integrity_check>). Reads the whole file, without time limit.
    pub async fn damage(&self) -> DbResult<Option<String>> {
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(1)");
        let rows = self.unlimited(check).await?;
        let found: Option<String> = rows.first().map(|row| row.try_get_by_index(0)).transpose()?;
        Ok(found.filter(|found| found != "ok"))
    }

    /// Runs a statement on a connection of its own, without time limit.
    async fn unlimited(&self, statement: Statement) -> DbResult<Vec<sea_orm::QueryResult>> {
        let mut connection = self.target.open().await.map_err(not_opened)?;
        let command = Command::Query(statement);
        let reply = connection
            .run(&command)
            .await
            .map_err(|error| command.failed(error));
        close(connection).await;
        Ok(rows(reply?)?)
    }
}

/// The statement before counts, not how the connection ends.
async fn close(connection: Connection) {
    connection.close().await.ok();
}

fn not_opened(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}
