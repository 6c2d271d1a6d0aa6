//! Opening the database.

use std::{fmt, path::PathBuf, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr, Statement,
    sqlx::Executor as _,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Db, DbFailure, DbResult, epoch::Changes};

/// How long a caller waits for a free connection before the service counts as not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long opening a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long one statement may take on PostgreSQL.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// The same on MariaDB and on MySQL, each of which reads its own comment; waiting for a row has a limit of its own there,
/// of 50 seconds if nothing is said.
const MYSQL_TIMEOUTS: &str = "SET SESSION innodb_lock_wait_timeout = 3 \
    /*M! , max_statement_time = 5 */ /*!80000 , max_execution_time = 5000 */";
/// How long SQLite waits for another process, such as the command line, to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(3);
/// Connections idle for longer than this are asked whether they still live before they are used.
const ASK_WHEN_IDLE_FOR: Duration = Duration::from_secs(5);

/// Where the database is and how hard it may be used.
#[derive(Clone)]
pub struct DbSettings {
    /// `sqlite:`, `postgres:` or `mysql:` address; it can hold a password.
    pub url: SecretString,
    /// Greatest number of connections of this instance.
    pub max_connections: u32,
}

impl fmt::Debug for DbSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbSettings")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// Opens the database. On SQLite the file is made when it is not there.
pub async fn connect(settings: &DbSettings) -> DbResult<Db> {
    if settings.url.expose_secret().starts_with("sqlite:") {
        sqlite(settings).await
    } else {
        server(settings).await
    }
}

async fn server(settings: &DbSettings) -> DbResult<Db> {
    let mut options = options(settings);
    options
        .max_connections(settings.max_connections)
        .statement_timeout(STATEMENT_TIMEOUT)
        .map_sqlx_mysql_pool_opts(|pool| {
            pool.after_connect(|connection, _| {
                Box::pin(async move { connection.execute(MYSQL_TIMEOUTS).await.map(drop) })
            })
        });
    let pool = Database::connect(options).await?;
    Ok(Db {
        writer: pool.clone(),
        reader: pool,
        file: None,
        settings: settings.clone(),
        changes: Changes::default(),
    })
}

/// One connection whose statements may take their time, as changes of large tables do.
pub(super) async fn unhurried(settings: &DbSettings) -> DbResult<DatabaseConnection> {
    let mut options = options(settings);
    options.max_connections(1);
    Ok(Database::connect(options).await?)
}

async fn sqlite(settings: &DbSettings) -> DbResult<Db> {
    let mut options = options(settings);
    options.map_sqlx_sqlite_opts(|options: SqliteConnectOptions| {
        options
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A power cut must not take back a sign-up that was answered: NORMAL would.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
    });
    let mut write_options = options.clone();
    write_options.max_connections(1);
    // The writer first: it makes the file and turns the write-ahead log on.
    let writer = Database::connect(write_options).await?;
    options.max_connections(settings.max_connections.max(1));
    let reader = Database::connect(options).await?;
    for pool in [&writer, &reader] {
        check_pragmas(pool).await?;
    }
    Ok(Db {
        writer,
        reader,
        file: Some(sqlite_file(settings)?),
        settings: settings.clone(),
        changes: Changes::default(),
    })
}

fn options(settings: &DbSettings) -> ConnectOptions {
    let mut options = ConnectOptions::new(settings.url.expose_secret());
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(ASK_WHEN_IDLE_FOR);
    options
}

fn sqlite_file(settings: &DbSettings) -> DbResult<PathBuf> {
    let options: SqliteConnectOptions = settings
        .url
        .expose_secret()
        .parse()
        .map_err(|_| DbErr::Custom("the SQLite address does not name a file".to_owned()))?;
    Ok(options.get_filename().to_owned())
}

/// What was asked for must be what is: an older file, an odd file system or a library upgrade can say no silently.
async fn check_pragmas(pool: &DatabaseConnection) -> DbResult<()> {
    for (pragma, wanted) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        let row = pool
            .query_one_raw(Statement::from_string(
                DbBackend::Sqlite,
                format!("PRAGMA {pragma}"),
            ))
            .await?
            .ok_or_else(|| DbErr::Custom(format!("SQLite does not know PRAGMA {pragma}")))?;
        let found = row
            .try_get_by_index::<String>(0)
            .or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()))?;
        if found != wanted {
            return Err(DbFailure::from(DbErr::Custom(format!(
                "SQLite has {pragma}={found} in place of {wanted}"
            ))));
        }
    }
    Ok(())
}
