//! The lock that lets one instance at a time prepare the database: apply migrations, make the first signing key.

use std::{fs::File, io, path::Path, time::Duration};

use sea_orm::{DbBackend, DbErr, RuntimeErr, sqlx};

use super::{Db, DbFailure, DbResult};

/// How long an instance waits for another one to finish preparing.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

/// Names the lock among all other users of the same database server.
const POSTGRES_KEY: i64 = i64::from_be_bytes(*b"portcull");
/// There a lock belongs to the whole server, so the database is part of its name: as a hash, since names of locks are
/// shorter than names of databases can be.
const MYSQL_TRY: &str = "SELECT GET_LOCK(CONCAT('portcullis ', SHA1(DATABASE())), 0)";

/// Held while an instance prepares the database; given back by [`StartLock::release`], or by the end of the
/// connection or process that holds it.
#[derive(Debug)]
pub struct StartLock(Held);

#[derive(Debug)]
enum Held {
    File { _locked: File },
    Postgres(Box<sqlx::PgConnection>),
    MySql(Box<sqlx::MySqlConnection>),
}

impl StartLock {
    /// Waits for the lock, for a minute at most.
    pub async fn acquire(db: &Db) -> DbResult<Self> {
        let held = match db.backend() {
            DbBackend::Postgres => postgres(db).await?,
            DbBackend::MySql => mysql(db).await?,
            _ => file(db).await?,
        };
        Ok(Self(held))
    }

    /// Gives the lock back.
    pub async fn release(self) {
        // Where saying goodbye fails, the connection is gone, and the lock with it.
        match self.0 {
            Held::File { .. } => {}
            Held::Postgres(connection) => drop(sqlx::Connection::close(*connection).await),
            Held::MySql(connection) => drop(sqlx::Connection::close(*connection).await),
        }
    }
}

async fn postgres(db: &Db) -> DbResult<Held> {
    // A connection of its own, outside the pool: the lock belongs to the connection.
    let mut connection = db
        .writer()
        .get_postgres_connection_pool()
        .acquire()
        .await
        .map_err(query_failed)?
        .detach();
    for _ in 0..tries() {
        let got: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(POSTGRES_KEY)
            .fetch_one(&mut connection)
            .await
            .map_err(query_failed)?;
        if got {
            return Ok(Held::Postgres(Box::new(connection)));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(timed_out())
}

async fn mysql(db: &Db) -> DbResult<Held> {
    let mut connection = db
        .writer()
        .get_mysql_connection_pool()
        .acquire()
        .await
        .map_err(query_failed)?
        .detach();
    for _ in 0..tries() {
        // Asked again and again, since a statement that waits would run into the limit for statements.
        let got: Option<i64> = sqlx::query_scalar(MYSQL_TRY)
            .fetch_one(&mut connection)
            .await
            .map_err(query_failed)?;
        if got == Some(1) {
            return Ok(Held::MySql(Box::new(connection)));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(timed_out())
}

async fn file(db: &Db) -> DbResult<Held> {
    let path = db
        .file
        .as_deref()
        .unwrap_or(Path::new("portcullis"))
        .with_added_extension("lock");
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    // As private as the database beside it: nobody else is to hold the lock.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(path).map_err(|error| file_failed(&error))?;
    for _ in 0..tries() {
        match lock.try_lock() {
            Ok(()) => return Ok(Held::File { _locked: lock }),
            Err(std::fs::TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
            Err(std::fs::TryLockError::Error(error)) => return Err(file_failed(&error)),
        }
    }
    Err(timed_out())
}

fn tries() -> u128 {
    PATIENCE.as_millis() / PAUSE.as_millis()
}

fn query_failed(error: sqlx::Error) -> DbFailure {
    DbErr::Query(RuntimeErr::SqlxError(std::sync::Arc::new(error))).into()
}

fn file_failed(error: &io::Error) -> DbFailure {
    DbErr::Custom(format!(
        "the lock file beside the database cannot be used: {error}"
    ))
    .into()
}

fn timed_out() -> DbFailure {
    DbErr::Custom("another instance has been preparing the database for a minute".to_owned()).into()
}
