//! Puts another file in the place of a SQLite database that nobody uses.
//!
//! Two things would ruin the new database: a write-ahead log of the former one, which SQLite would apply to it
//! (<https://sqlite.org/howtocorrupt.html>, section 1.4), and a process that still has the former file open.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::{fs::FlockOperation, io::Errno};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use tempfile::TempPath;

use super::{StartLock, limits};

/// Endings of the files that SQLite keeps next to a database (<https://sqlite.org/tempfiles.html>).
pub const SQLITE_SIDE_FILES: [&str; 3] = ["-wal", "-journal", "-shm"];

/// How long the former file stays locked afterwards: somebody who opened it just before waits for the lock, gives up
/// meanwhile, and finds the new file at the next try.
const HELD_AFTERWARDS: Duration = limits::SQLITE_BUSY.saturating_add(Duration::from_millis(500));

/// Why the file could not be replaced. Nothing was changed, except after `Files`.
#[derive(Debug)]
pub enum SwapError {
    /// A process has the database open.
    InUse,
    /// A call to the file system failed.
    Files(io::Error),
}

impl From<io::Error> for SwapError {
    fn from(error: io::Error) -> Self {
        Self::Files(error)
    }
}

/// Moves `new`, a complete file in the same folder, to the place of the SQLite file `database`, or of the file that this
/// link leads to. The former file gets `ending` after its name, unless it is missing or empty. Returns its path.
///
/// At every moment there is a complete database in the place. Fails with [`SwapError::InUse`] if a process has the
/// database open.
///
/// The lock is that of the database: while it is held, no server or command begins to use it.
pub async fn replace_sqlite_file(
    database: &Path,
    new: TempPath,
    ending: &str,
    _lock: &StartLock,
) -> Result<Option<PathBuf>, SwapError> {
    // SQLite keeps its files next to the file that a link leads to.
    let database = match fs::canonicalize(database) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => database.to_owned(),
        found => found?,
    };
    let former = with_ending(&database, ending);
    let mut locked = None;
    let mut has_former = false;
    if database.try_exists()? {
        fold_log(&database).await?;
        locked = Some(lock_unused(&database)?);
        has_former = fs::metadata(&database)?.len() > 0;
    }
    // They are still there if the former database is damaged.
    for ending in SQLITE_SIDE_FILES {
        let side_file = with_ending(&database, ending);
        if side_file.try_exists()? {
            fs::rename(&side_file, with_ending(&former, ending))?;
        }
    }
    if has_former {
        // A second name, so that the first one never disappears; not every file system has that.
        fs::hard_link(&database, &former).or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Err(error),
            _ => fs::rename(&database, &former),
        })?;
    }
    new.persist(&database).map_err(|error| error.error)?;
    if let Some(folder) = database.parent() {
        // Makes the new names survive a power loss.
        File::open(folder)?.sync_all()?;
    }
    if locked.is_some() {
        tokio::time::sleep(HELD_AFTERWARDS).await;
    }
    drop(locked);
    Ok(has_former.then_some(former))
}

/// Moves the write-ahead log into the database file and removes it, so that the former database is one file. SQLite
/// does this only if no other connection is open (<https://sqlite.org/pragma.html#pragma_journal_mode>). A damaged
/// database stays as it is.
async fn fold_log(database: &Path) -> Result<(), SwapError> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(limits::SQLITE_BUSY)
        .disable_statement_logging();
    let unchanged = options.clone().immutable(true).read_only(true);
    let folded = async {
        // SQLite removes a log that it cannot read, also next to a database that it cannot read.
        run(&unchanged, "PRAGMA schema_version").await?;
        run(&options, "PRAGMA journal_mode = DELETE").await
    };
    match folded.await {
        Err(error) if is_busy(&error) => return Err(SwapError::InUse),
        Err(error) => tracing::warn!("the database in place cannot be read: {error}"),
        Ok(()) => {}
    }
    Ok(())
}

/// Runs a statement in a connection of its own, whose files are closed when this returns. (Those of a connection that
/// fails with its options are still being closed.)
async fn run(options: &SqliteConnectOptions, statement: &'static str) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    let ran = sqlx::query(statement).execute(&mut connection).await;
    connection.close().await.ok();
    ran.map(drop)
}

fn is_busy(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code = error.code();
    // SQLITE_BUSY, whatever the reason in the higher bits.
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == 5)
}

/// Locks the whole file, which also shows that nobody uses it, even if it is damaged: as long as a connection with a
/// write-ahead log is open, SQLite holds a shared lock of the same kind on a part of the file (`fcntl`,
/// <https://sqlite.org/lockingv3.html>, section 3). Closing the returned file releases the lock. So does closing any
/// other handle of the file in this process: there must be none.
fn lock_unused(database: &Path) -> Result<File, SwapError> {
    let file = File::options().read(true).write(true).open(database)?;
    match rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(Errno::AGAIN | Errno::ACCESS) => Err(SwapError::InUse),
        Err(error) => Err(SwapError::Files(error.into())),
    }
}

/// The path with this ending after its whole name.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    /// Replaces `database` by a file with the text `new` in `folder`.
    async fn replace_by_new(database: &Path, folder: &Path) -> Option<PathBuf> {
        let mut new = tempfile::NamedTempFile::new_in(folder).unwrap();
        io::Write::write_all(&mut new, b"new").unwrap();
        let lock = StartLock::acquire_for_file(database).await.unwrap();
        replace_sqlite_file(database, new.into_temp_path(), ".former", &lock)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_damaged_database_is_kept_with_everything_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let folder = fs::canonicalize(folder.path()).unwrap();
        let in_folder = |name: &str| folder.join(name);
        fs::write(in_folder("database"), "not a database").unwrap();
        fs::write(in_folder("database-wal"), "log").unwrap();
        let former = replace_by_new(&in_folder("database"), &folder).await;
        assert_eq!(former, Some(in_folder("database.former")));
        assert_eq!(text(&in_folder("database")), "new");
        assert_eq!(text(&in_folder("database.former")), "not a database");
        assert_eq!(text(&in_folder("database.former-wal")), "log");
        assert!(!in_folder("database-wal").exists());
    }

    #[tokio::test]
    async fn the_file_that_a_link_leads_to_is_replaced_and_the_link_stays() {
        let [folder, elsewhere] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let (link, database) = (folder.path().join("link"), elsewhere.path().join("database"));
        fs::write(&database, "not a database").unwrap();
        std::os::unix::fs::symlink(&database, &link).unwrap();
        replace_by_new(&link, elsewhere.path()).await;
        assert_eq!(text(&database), "new");
        assert_eq!(fs::read_link(&link).unwrap(), database);
    }

    #[tokio::test]
    async fn where_there_is_no_database_the_file_gets_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("database");
        assert_eq!(replace_by_new(&database, folder.path()).await, None);
        assert_eq!(text(&database), "new");
        assert!(!folder.path().join("database.former").exists());
    }
}
