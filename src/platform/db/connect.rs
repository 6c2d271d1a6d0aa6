//! Opening the database.

use std::{fmt, sync::Arc};

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    Statement,
    sqlx::{
        self, ConnectOptions as _,
        mysql::MySqlConnectOptions,
        postgres::PgConnectOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Db, DbFailure, DbResult, Executor, epoch::Changes, limits, liveness::Liveness, opener::Target, pool::Pool,
};

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
    let target = target(settings)?;
    match &target {
        Target::Sqlite(_) => sqlite(settings, target).await,
        Target::Postgres(_) => server(settings, target, DbBackend::Postgres).await,
        Target::MySql(_) => server(settings, target, DbBackend::MySql).await,
    }
}

async fn server(settings: &DbSettings, target: Target, backend: DbBackend) -> DbResult<Db> {
    let liveness = Some(Arc::new(Liveness::new(target.clone())));
    let pool = Pool::new(target.clone(), settings.max_connections, liveness)?;
    // So that a wrong address or password shows at once.
    drop(pool.turn().await?.connection().await?);
    Ok(Db {
        // So that readers find a connection however many write.
        writer: Executor::new(pool.part(), backend),
        reader: Executor::new(pool, backend),
        target,
        settings: settings.clone(),
        changes: Changes::default(),
    })
}

/// One connection whose statements may take their time, as changes of large tables do.
pub(super) async fn unhurried(settings: &DbSettings) -> DbResult<DatabaseConnection> {
    let mut options = ConnectOptions::new(settings.url.expose_secret());
    options
        .max_connections(1)
        .acquire_timeout(limits::ACQUIRE_TIMEOUT)
        .connect_timeout(limits::CONNECT_TIMEOUT)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(prepared);
    Ok(Database::connect(options).await?)
}

async fn sqlite(settings: &DbSettings, target: Target) -> DbResult<Db> {
    let writer = Executor::new(Pool::new(target.clone(), 1, None)?, DbBackend::Sqlite);
    let pool = Pool::new(target.clone(), settings.max_connections, None)?;
    let reader = Executor::new(pool, DbBackend::Sqlite);
    // The writer first: it makes the file and turns the write-ahead log on.
    for executor in [&writer, &reader] {
        check_pragmas(executor).await?;
    }
    Ok(Db {
        writer,
        reader,
        target,
        settings: settings.clone(),
        changes: Changes::default(),
    })
}

fn target(settings: &DbSettings) -> DbResult<Target> {
    let url = settings.url.expose_secret();
    let target = if url.starts_with("sqlite:") {
        url.parse()
            .map(|options| Target::Sqlite(Box::new(prepared(options).disable_statement_logging())))
    } else if url.starts_with("postgres") {
        url.parse()
            .map(|options: PgConnectOptions| Target::Postgres(Box::new(options.disable_statement_logging())))
    } else {
        url.parse()
            .map(|options: MySqlConnectOptions| Target::MySql(Box::new(options.disable_statement_logging())))
    };
    target.map_err(|error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into())).into())
}

fn prepared(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A power cut must not take back a sign-up that was answered: NORMAL would.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(limits::SQLITE_BUSY)
}

/// What was asked for must be what is: an older file, an odd file system or a library upgrade can say no silently.
async fn check_pragmas(executor: &Executor) -> DbResult<()> {
    for (pragma, wanted) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        let row = executor
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
