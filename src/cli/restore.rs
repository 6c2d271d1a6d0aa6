//! `portcullis restore`: replaces the SQLite database by a backup, while no server runs.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt as _, fchown},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;
use tempfile::{NamedTempFile, TempPath};

use super::{
    CliError, SettingsArgs,
    backup::{
        self,
        checked::{Checked, bytes_of_database, check_and},
        is_same_file,
    },
    doctor, open,
    output::{print, warn},
    regular_file::open_regular,
};
use crate::platform::{
    clock::{Clock as _, SystemClock},
    config::Config,
    db::{self, StartLock, SwapError},
    telemetry::printable,
};

/// What to restore.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The backup. It stays as it is.
    pub file: PathBuf,
}

/// What was restored.
struct Restored {
    database: PathBuf,
    former: Option<PathBuf>,
    checked: Checked,
}

impl RestoreArgs {
    /// Runs the command, and prints one line about the database that is now in place.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let config = open::config(settings)?;
        let database = backup::sqlite_file(&config, "restore replaces")?;
        config.check_data_folder()?;
        let backup = self.open_backup(&database)?;
        config.prepare_sqlite_folder()?;
        // From the first copy on, so that several restores do not meet, and no server starts in between.
        let lock = StartLock::acquire_for_file(&database).await?;
        let restored = self.restore(&config, &database, backup, &lock).await;
        lock.release().await;
        let restored = restored?;
        print(&if json {
            self.as_json(&restored)
        } else {
            self.as_text(&restored)
        })
    }

    /// Opens the backup, if it can be one at all.
    fn open_backup(&self, database: &Path) -> Result<File, CliError> {
        if is_same_file(&self.file, database) {
            return Err(self.refused("it is the database itself"));
        }
        let mut log = self.file.as_os_str().to_owned();
        log.push("-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            return Err(self.refused(
                "there is a write-ahead log next to it, so it is a database in use, or an incomplete copy of one; make \
                 a copy of that database with `portcullis backup`",
            ));
        }
        match bytes_of_database(&self.file) {
            Ok(Some(_)) => {}
            Ok(None) => return Err(self.refused("it is not a SQLite database")),
            Err(error) => return Err(self.refused(&error.to_string())),
        }
        open_regular(&self.file).map_err(|error| self.refused(&error.to_string()))
    }

    async fn restore(
        &self,
        config: &Config,
        database: &Path,
        mut backup: File,
        lock: &StartLock,
    ) -> Result<Restored, CliError> {
        // SQLite keeps its log next to the file that a link leads to.
        let place = match fs::canonicalize(database) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => database.to_owned(),
            found => found.map_err(|error| self.refused(&error.to_string()))?,
        };
        let folder = place.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        remove_leftovers(folder);
        let owner = owner(&place, folder).map_err(|error| self.refused(&error.to_string()))?;
        let copy = copy_into(folder, &mut backup, owner)
            .map_err(|error| self.refused(&format!("cannot copy it into {}: {error}", folder.display())))?;
        let checked = check_and(&copy, async |db, checked| match checked.pending {
            0 => doctor::key_problem(config, db).await.map_or(Ok(()), Err),
            // The tables of the keys may be older, too: the start will check them.
            _ => Ok(()),
        })
        .await
        .map_err(|problem| self.refused(&problem))?;
        let ending = format!(".before-restore-{}", SystemClock.now().strftime("%Y%m%dT%H%M%SZ"));
        let former = db::replace_sqlite_file(database, copy, &ending, lock)
            .await
            .map_err(|error| not_replaced(error, database, &ending))?;
        Ok(Restored {
            database: database.to_owned(),
            former,
            checked,
        })
    }

    fn refused(&self, problem: &str) -> CliError {
        CliError::Failed(format!("cannot restore {}: {problem}", self.file.display()))
    }

    fn as_text(&self, restored: &Restored) -> String {
        let Restored {
            database,
            former,
            checked,
        } = restored;
        let former = match former {
            Some(former) => format!("; the former database is {}", former.display()),
            None => String::new(),
        };
        let pending = match checked.pending {
            0 => "",
            _ => "; the next start brings it up to date",
        };
        printable(&format!(
            "restored {} from {}: {checked}{pending}{former}; run `portcullis audit verify` now",
            database.display(),
            self.file.display()
        ))
    }

    fn as_json(&self, restored: &Restored) -> String {
        json!({
            "file": self.file.display().to_string(),
            "database": restored.database.display().to_string(),
            "formerDatabase": restored.former.as_ref().map(|former| former.display().to_string()),
            "bytes": restored.checked.bytes,
            "accounts": restored.checked.accounts,
            "schema": restored.checked.schema,
            "pendingMigrations": restored.checked.pending,
        })
        .to_string()
    }
}

/// How the names of copies begin.
const COPY: &str = ".portcullis-restore-";

/// Removes copies of restores that were killed: they are as large as a database, and hold as much about people. None is
/// in use, since the lock is held.
fn remove_leftovers(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let copies = entries.filter(|entry| {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        is_file && entry.file_name().to_string_lossy().starts_with(COPY)
    });
    for copy in copies {
        let path = copy.path();
        warn(&match fs::remove_file(&path) {
            Ok(()) => format!("removed {}, which an earlier restore left", path.display()),
            Err(error) => format!(
                "cannot remove {}, which an earlier restore left: {error}",
                path.display()
            ),
        });
    }
}

/// A flushed copy of the backup in this folder, with mode 0600. Deleted when it is dropped. A copy that root makes is
/// given to the owner: the server could not open it otherwise.
fn copy_into(folder: &Path, backup: &mut File, (user, group): Owner) -> io::Result<TempPath> {
    let mut copy = NamedTempFile::with_prefix_in(COPY, folder)?;
    if user != 0 && copy.as_file().metadata()?.uid() == 0 {
        fchown(copy.as_file(), Some(user), Some(group))?;
    }
    io::copy(backup, &mut copy)?;
    copy.as_file().sync_all()?;
    Ok(copy.into_temp_path())
}

/// A user and a group.
type Owner = (u32, u32);

/// Who owns the file that is replaced, or its folder if the file is missing or empty.
fn owner(database: &Path, folder: &Path) -> io::Result<Owner> {
    let owned = match fs::metadata(database) {
        Ok(file) if file.len() > 0 => file,
        _ => fs::metadata(folder)?,
    };
    Ok((owned.uid(), owned.gid()))
}

fn not_replaced(error: SwapError, database: &Path, ending: &str) -> CliError {
    let shown = database.display();
    CliError::Failed(match error {
        SwapError::InUse => {
            format!("{shown} is in use: stop the server, and every other program that has it open")
        }
        SwapError::Files(error) => format!(
            "cannot replace {shown}: {error}; files of the former database may have the ending {ending} now"
        ),
    })
}
