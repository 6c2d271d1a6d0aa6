//! `portcullis restore`: replaces the SQLite database by a backup, while no server runs.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;
use tempfile::{NamedTempFile, TempPath};

use super::{
    CliError, SettingsArgs,
    backup::{
        self,
        checked::{Checked, check_and},
        is_same_file,
    },
    doctor, open,
    output::print,
};
use crate::platform::{
    clock::{Clock as _, SystemClock},
    config::Config,
    db::{self, SwapError},
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
        self.check_file(&database)?;
        config.prepare_sqlite_file()?;
        let restored = self.restore(&config, &database).await?;
        print(&if json {
            self.as_json(&restored)
        } else {
            self.as_text(&restored)
        })
    }

    /// Checks that this can be a backup at all.
    fn check_file(&self, database: &Path) -> Result<(), CliError> {
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
        Ok(())
    }

    async fn restore(&self, config: &Config, database: &Path) -> Result<Restored, CliError> {
        // SQLite keeps its log next to the file that a link leads to.
        let place = fs::canonicalize(database).map_err(|error| self.refused(&error.to_string()))?;
        let folder = place.parent().unwrap_or(Path::new("/"));
        let mut backup = File::open(&self.file).map_err(|error| self.refused(&error.to_string()))?;
        let copy = copy_into(folder, &mut backup)
            .map_err(|error| self.refused(&format!("cannot copy it into {}: {error}", folder.display())))?;
        let checked = check_and(&copy, async |db, checked| match checked.pending {
            0 => doctor::key_problem(config, db).await.map_or(Ok(()), Err),
            // The tables of the keys may be older, too: the start will check them.
            _ => Ok(()),
        })
        .await
        .map_err(|problem| self.refused(&problem))?;
        let owner = owner(&place, folder).map_err(|error| self.refused(&error.to_string()))?;
        hand_over(&copy, owner).map_err(|error| self.refused(&error.to_string()))?;
        let ending = format!(".before-restore-{}", SystemClock.now().strftime("%Y%m%dT%H%M%SZ"));
        let former = db::replace_sqlite_file(database, copy, &ending)
            .await
            .map_err(|error| not_replaced(error, database, &ending))?;
        // The lock of the start, which may be new. If that fails, the next start says so.
        hand_over(&database.with_added_extension("lock"), owner).ok();
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
        format!(
            "restored {} from {}: {checked}{pending}{former}",
            database.display(),
            self.file.display()
        )
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

/// A flushed copy of the backup in this folder, with mode 0600. Deleted when it is dropped.
fn copy_into(folder: &Path, backup: &mut File) -> io::Result<TempPath> {
    let mut copy = NamedTempFile::with_prefix_in(".portcullis-restore-", folder)?;
    io::copy(backup, &mut copy)?;
    copy.as_file().sync_all()?;
    Ok(copy.into_temp_path())
}

/// A user and a group.
type Owner = (u32, u32);

/// Who owns the file that is replaced, or its folder if the file is empty, so that it has just been made.
fn owner(database: &Path, folder: &Path) -> io::Result<Owner> {
    let file = fs::metadata(database)?;
    let owned = if file.len() > 0 {
        file
    } else {
        fs::metadata(folder)?
    };
    Ok((owned.uid(), owned.gid()))
}

/// Gives a file of root to the owner, if that is somebody else: the server could not open it otherwise.
fn hand_over(path: &Path, (user, group): Owner) -> io::Result<()> {
    if user != 0 && fs::metadata(path)?.uid() == 0 {
        chown(path, Some(user), Some(group))?;
    }
    Ok(())
}

fn not_replaced(error: SwapError, database: &Path, ending: &str) -> CliError {
    let shown = database.display();
    CliError::Failed(match error {
        SwapError::InUse => {
            format!("{shown} is in use: stop the server, and every other program that has it open")
        }
        SwapError::Lock(failure) => failure.operator_message(),
        SwapError::Files(error) => format!(
            "cannot replace {shown}: {error}; files of the former database may have the ending {ending} now"
        ),
    })
}
