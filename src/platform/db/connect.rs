//! Opening the database.

use std::{fmt, sync::Arc};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector, Statement,
    sqlx::{
        self, ConnectOptions as _,
        mysql::MySqlConnectOptions,
        pool::PoolOptions,
        postgres::PgConnectOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use super::{
    DatabaseProblem, Db, DbFailure, DbResult, Executor, UnusableDatabase,
    cache_generation::Generations,
    connection_factory::Target,
    limits,
    liveness::Liveness,
    pool::Pool,
    pooler::{Pooling, pooling},
};
use crate::platform::config::DatabasePooler;

/// Address of the database, and how to connect to it.
#[derive(Clone)]
pub struct DbSettings {
    /// `sqlite:`, `postgres:` or `mysql:` address; it can hold a password.
    pub url: SecretString,
    /// Maximum number of connections of this instance.
    pub max_connections: u32,
    /// The kind of pooler in front of PostgreSQL.
    pub pooler: DatabasePooler,
}

impl fmt::Debug for DbSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbSettings")
            .field("max_connections", &self.max_connections)
            .field("pooler", &self.pooler)
            .finish_non_exhaustive()
    }
}

/// Opens the database. Creates the file of SQLite if it is missing.
pub async fn connect(settings: &DbSettings) -> Result<Db, UnusableDatabase> {
    let target = target(settings)?;
    match &target {
        Target::Sqlite(_) => Ok(open_sqlite(settings, target).await?),
        Target::Postgres(options, pooler) => {
            let found = timeout(2 * limits::CONNECT_TIMEOUT, pooling(options)).await;
            let found = found.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
            match (found.map_err(conn_failed)?, pooler) {
                (Pooling::Statement, _) => {
                    return Err(UnusableDatabase::DatabaseProblem(
                        DatabaseProblem::StatementPooler,
                    ));
                }
                (Pooling::Transaction, DatabasePooler::Session) => {
                    return Err(UnusableDatabase::DatabaseProblem(
                        DatabaseProblem::TransactionPooler,
                    ));
                }
                _ => {}
            }
            Ok(open_server(settings, target, DbBackend::Postgres).await?)
        }
        Target::MySql(_) => Ok(open_server(settings, target, DbBackend::MySql).await?),
    }
}

async fn open_server(settings: &DbSettings, target: Target, backend: DbBackend) -> DbResult<Db> {
    let liveness = Some(Arc::new(Liveness::new(target.clone())));
    let pool = Pool::new(target.clone(), settings.max_connections, liveness)?;
    // Connect now, so that a wrong address or password fails at once.
    drop(pool.turn().await?.connection().await?);
    tokio::spawn(pool.close_idle());
    Ok(Db {
        // So that writers cannot take all connections from readers.
        writer: Executor::new(pool.part(), backend),
        reader: Executor::new(pool, backend),
        target,
        generations: Generations::default(),
    })
}

/// One connection without time limits for statements: migrating a large table can take a long time.
pub(super) async fn unhurried(target: &Target) -> DbResult<DatabaseConnection> {
    let connection = match target {
        Target::Postgres(options, pooler) => {
            let settings = match pooler {
                DatabasePooler::Session => &[limits::POSTGRES_SETTINGS, limits::POSTGRES_NO_LIMITS][..],
                DatabasePooler::Transaction => &[],
            };
            let pool = single_connection(settings)
                .connect_with((**options).clone())
                .await;
            SqlxPostgresConnector::from_sqlx_postgres_pool(pool.map_err(conn_failed)?)
        }
        Target::MySql(options) => {
            let settings = &[
                limits::MYSQL_SETTINGS,
                limits::MYSQL_ISOLATION,
                limits::MYSQL_NO_LIMITS,
            ];
            let pool = single_connection(settings)
                .connect_with((**options).clone())
                .await;
            SqlxMySqlConnector::from_sqlx_mysql_pool(pool.map_err(conn_failed)?)
        }
        Target::Sqlite(options) => {
            let pool = single_connection(&[]).connect_with((**options).clone()).await;
            SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.map_err(conn_failed)?)
        }
    };
    Ok(connection)
}

/// A pool of one connection, on which these statements run first.
fn single_connection<DB>(settings: &'static [&'static str]) -> PoolOptions<DB>
where
    DB: sqlx::Database,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    PoolOptions::new()
        .max_connections(1)
        .acquire_timeout(limits::ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for sql in settings {
                    sqlx::raw_sql(*sql).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
}

fn conn_failed(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

async fn open_sqlite(settings: &DbSettings, target: Target) -> DbResult<Db> {
    let writer = Executor::new(Pool::new(target.clone(), 1, None)?, DbBackend::Sqlite);
    let pool = Pool::new(target.clone(), settings.max_connections, None)?;
    let reader = Executor::new(pool, DbBackend::Sqlite);
    // The writer first: it creates the file and switches to the write-ahead log.
    for executor in [&writer, &reader] {
        check_pragmas(executor).await?;
    }
    Ok(Db {
        writer,
        reader,
        target,
        generations: Generations::default(),
    })
}

fn target(settings: &DbSettings) -> DbResult<Target> {
    let url = settings.url.expose_secret();
    let target = if url.starts_with("sqlite:") {
        url.parse()
            .map(|options| Target::Sqlite(Box::new(sqlite_options(options).disable_statement_logging())))
    } else if url.starts_with("postgres") {
        url.parse().map(|options: PgConnectOptions| {
            let host = without_brackets(options.get_host()).map(str::to_owned);
            let options = match host {
                Some(host) => options.host(&host),
                None => options,
            };
            // Poolers refuse unknown start-up parameters, and we store no floating-point numbers.
            let options = options.extra_float_digits(None).disable_statement_logging();
            Target::Postgres(Box::new(options), settings.pooler)
        })
    } else {
        url.parse().map(|options: MySqlConnectOptions| {
            let host = without_brackets(options.get_host()).map(str::to_owned);
            let options = match host {
                Some(host) => options.host(&host),
                None => options,
            };
            Target::MySql(Box::new(options.disable_statement_logging()))
        })
    };
    Ok(target.map_err(conn_failed)?)
}

/// Removes the brackets that a URL puts around IPv6 addresses: the drivers would resolve them as part of a name.
fn without_brackets(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

fn sqlite_options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A power loss must not undo an acknowledged write, as it could with NORMAL.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(limits::SQLITE_BUSY)
}

/// Checks that the settings took effect: with an older file, an unusual file system or another version of the library,
/// SQLite can ignore them silently.
async fn check_pragmas(executor: &Executor) -> DbResult<()> {
    for (pragma, expected) in [
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
        if found != expected {
            return Err(DbFailure::from(DbErr::Custom(format!(
                "SQLite has {pragma}={found} instead of {expected}"
            ))));
        }
    }
    Ok(())
}
