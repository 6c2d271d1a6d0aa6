//! The lock that lets one instance at a time prepare the database: apply migrations, create the first signing key.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown},
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use rustix::fs::OFlags;
use sea_orm::{DbErr, RuntimeErr, Statement, sqlx};

use tokio::time::timeout;

use super::{
    Db, DbFailure, DbResult,
    connection::{Command, Connection, Reply},
    connection_factory::Target,
    limits,
};
use crate::platform::config::DatabasePooler;

/// How long an instance waits for another one to finish preparing.
const LOCK_TIMEOUT: Duration = Duration::from_mins(1);
const TRY_PAUSE: Duration = Duration::from_millis(50);

/// The user id of root.
const ROOT: u32 = 0;

/// Identifies the lock among those of other programs on the same database server.
const POSTGRES_KEY: i64 = i64::from_be_bytes(*b"portcull");
/// How long it waits before it logs that it waits.
const LOG_AFTER: Duration = Duration::from_secs(2);
/// Locks of MySQL belong to the whole server, so the name includes the database: hashed, since lock names are limited
/// to fewer characters than database names.
const MYSQL_TRY: &str = "SELECT GET_LOCK(CONCAT('portcullis ', SHA1(DATABASE())), 0)";
const MYSQL_RELEASE: &str = "SELECT RELEASE_LOCK(CONCAT('portcullis ', SHA1(DATABASE())))";

/// Held while an instance prepares the database. [`StartLock::release`] or dropping the last clone releases it: the
/// lock belongs to a connection, or to an open file.
#[derive(Debug, Clone)]
pub struct StartLock(Arc<Held>);

#[derive(Debug)]
enum Held {
    File {
        _locked: File,
    },
    // Outside the pool, and closed by the drop.
    Connection {
        connection: Connection,
        /// SQL that releases the lock. Closing the connection does so too, unless a pooler keeps the session.
        release: String,
    },
}

impl StartLock {
    /// Waits for the lock, at most one minute.
    pub async fn acquire(db: &Db) -> DbResult<Self> {
        let lock = match &db.target {
            Target::Sqlite(options) => lock_file(options.get_filename()).display().to_string(),
            Target::Postgres(..) | Target::MySql(_) => "a lock in the database".to_owned(),
        };
        Self::wait_for(&lock, async {
            match &db.target {
                Target::Postgres(_, DatabasePooler::Session) => {
                    let attempt = Attempt {
                        begin: None,
                        try_to_lock: format!("SELECT pg_try_advisory_lock({POSTGRES_KEY})"),
                        give_up: None,
                        release: format!("SELECT pg_advisory_unlock({POSTGRES_KEY})"),
                    };
                    on_connection(db, attempt).await
                }
                // The lock belongs to the transaction, which keeps the session while it is open.
                Target::Postgres(_, DatabasePooler::Transaction) => {
                    let no_limits = limits::POSTGRES_SHARED_NO_LIMITS;
                    let attempt = Attempt {
                        begin: Some(format!("BEGIN; {no_limits}")),
                        try_to_lock: format!("SELECT pg_try_advisory_xact_lock({POSTGRES_KEY})"),
                        give_up: Some("ROLLBACK"),
                        release: "ROLLBACK".to_owned(),
                    };
                    on_connection(db, attempt).await
                }
                Target::MySql(_) => {
                    let attempt = Attempt {
                        begin: None,
                        try_to_lock: MYSQL_TRY.to_owned(),
                        give_up: None,
                        release: MYSQL_RELEASE.to_owned(),
                    };
                    on_connection(db, attempt).await
                }
                Target::Sqlite(options) => file(options.get_filename()).await,
            }
        })
        .await
    }

    /// The same for a SQLite file, without opening it.
    pub async fn acquire_for_file(database: &Path) -> DbResult<Self> {
        let lock = lock_file(database).display().to_string();
        Self::wait_for(&lock, file(database)).await
    }

    async fn wait_for(lock: &str, acquiring: impl Future<Output = DbResult<Held>>) -> DbResult<Self> {
        // The timeouts also apply if the database hangs.
        let mut acquiring = pin!(acquiring);
        let mut held = timeout(LOG_AFTER, &mut acquiring).await;
        if held.is_err() {
            tracing::info!(
                lock,
                "waiting for another instance, which is preparing the database"
            );
            held = timeout(LOCK_TIMEOUT, acquiring).await;
        }
        let held = held.unwrap_or_else(|_| Err(timed_out(lock)))?;
        Ok(Self(Arc::new(held)))
    }

    /// Releases the lock, unless a clone still exists.
    pub async fn release(self) {
        // If this fails, the connection is gone, and the lock with it.
        if let Some(Held::Connection {
            mut connection,
            release,
        }) = Arc::into_inner(self.0)
        {
            connection.run_sql(&release).await.ok();
            drop(connection.close().await);
        }
    }
}

/// The SQL to acquire and release the lock.
struct Attempt {
    begin: Option<String>,
    try_to_lock: String,
    /// Sent before the next attempt.
    give_up: Option<&'static str>,
    release: String,
}

/// Polls the lock, since a statement that waits would exceed the time limit for statements.
async fn on_connection(db: &Db, attempt: Attempt) -> DbResult<Held> {
    let mut connection = db.target.open().await.map_err(query_failed)?;
    let try_to_lock = Command::Query(Statement::from_string(db.backend(), attempt.try_to_lock));
    loop {
        if let Some(begin) = &attempt.begin {
            connection.run_sql(begin).await.map_err(query_failed)?;
        }
        if is_acquired(connection.run(&try_to_lock).await.map_err(query_failed)?)? {
            return Ok(Held::Connection {
                connection,
                release: attempt.release,
            });
        }
        if let Some(give_up) = attempt.give_up {
            connection.run_sql(give_up).await.map_err(query_failed)?;
        }
        tokio::time::sleep(TRY_PAUSE).await;
    }
}

/// `true` for PostgreSQL, 1 for the others.
fn is_acquired(reply: Reply) -> DbResult<bool> {
    let Reply::Rows(rows) = reply else {
        return Ok(false);
    };
    let Some(row) = rows.into_iter().next() else {
        return Ok(false);
    };
    Ok(row
        .try_get_by_index::<bool>(0)
        .or_else(|_| row.try_get_by_index::<Option<i64>>(0).map(|got| got == Some(1)))?)
}

async fn file(database: &Path) -> DbResult<Held> {
    let path = lock_file(database);
    let lock = open_lock(&path, database).map_err(|error| file_failed(&path, &error))?;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(Held::File { _locked: lock }),
            Err(fs::TryLockError::WouldBlock) => tokio::time::sleep(TRY_PAUSE).await,
            Err(fs::TryLockError::Error(error)) => return Err(file_failed(&path, &error)),
        }
    }
}

fn lock_file(database: &Path) -> PathBuf {
    database.with_added_extension("lock")
}

/// Opens the lock file, or makes it. Follows no link, and waits for no pipe, that somebody put in its place.
fn open_lock(path: &Path, database: &Path) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
    let mut options = File::options();
    options.write(true).custom_flags(flags);
    // As private as the database next to it: other users must not hold the lock.
    match options.clone().create_new(true).mode(0o600).open(path) {
        Ok(lock) => {
            resemble(&lock, database).ok();
            Ok(lock)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
        Err(error) => Err(error),
    }
}

/// Gives a new lock file owner and mode of the database: if root runs a command, the server's user must be able to lock
/// it afterwards. Where there is no database yet, it gets the owner of the folder.
fn resemble(lock: &File, database: &Path) -> io::Result<()> {
    let metadata = fs::metadata(database).ok().filter(|it| it.len() > 0);
    let owned = match (&metadata, database.parent()) {
        (Some(database), _) => database.clone(),
        (None, Some(folder)) if folder != Path::new("") => fs::metadata(folder)?,
        (None, _) => fs::metadata(".")?,
    };
    if lock.metadata()?.uid() == ROOT && owned.uid() != ROOT {
        fchown(lock, Some(owned.uid()), Some(owned.gid()))?;
    }
    if let Some(database) = metadata {
        lock.set_permissions(Permissions::from_mode(database.mode() & 0o666))?;
    }
    Ok(())
}

fn query_failed(error: sqlx::Error) -> DbFailure {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))).into()
}

fn file_failed(path: &Path, error: &io::Error) -> DbFailure {
    DbErr::Custom(format!(
        "the lock file {} cannot be used: {error}; the user of the server must own it, like the database",
        path.display()
    ))
    .into()
}

fn timed_out(lock: &str) -> DbFailure {
    DbErr::Custom(format!(
        "another instance has been preparing the database for a minute, and holds {lock}"
    ))
    .into()
}
