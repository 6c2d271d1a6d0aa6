//! `portcullis backup`: writes a copy of the SQLite database to a file, also while the server runs.

mod bytes;
pub(super) mod checked;
mod place;

use std::{
    fs::{File, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    pin::pin,
};

use clap::Args;
use futures_util::StreamExt as _;
use serde_json::json;
use tempfile::{NamedTempFile, TempDir, TempPath};

pub(super) use self::place::is_same_file;
use self::{bytes::as_size, checked::Checked, place::Place};
use super::{CliError, SettingsArgs, open, output::print};
use crate::{
    platform::{
        config::{Config, DatabaseKind},
        db::{Db, DbFailure},
        telemetry::printable,
    },
    server::signals::signals,
};

/// Where to write the copy.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The file to write. Its folder must exist.
    pub file: PathBuf,

    /// Replace an earlier backup of that name, once the new one is complete.
    #[arg(long)]
    pub overwrite: bool,
}

impl BackupArgs {
    /// Runs the command, and prints one line about the copy.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let config = open::config(settings)?;
        let live = sqlite_file(&config, "backup copies")?;
        open::check_exists(&config)?;
        let place = Place::check(&self.file, &live, self.overwrite)?;
        let signals =
            signals().map_err(|error| CliError::Failed(format!("cannot listen for signals: {error}")))?;
        let mut signals = pin!(signals);
        let checked = tokio::select! {
            copied = Box::pin(write(&config, &place)) => copied?,
            // What was written so far has been deleted by then.
            _ = signals.next() => return Err(CliError::Failed("stopped; no backup was written".to_owned())),
        };
        print(&if json {
            self.as_json(&checked)
        } else {
            self.as_text(&checked, &config)
        })
    }

    fn as_text(&self, checked: &Checked, config: &Config) -> String {
        let secret = match &config.secret {
            Some(_) => "the setting `secret`".to_owned(),
            None => config.data_dir.join("secret.key").display().to_string(),
        };
        printable(&format!(
            "wrote {}: {checked}; it does not contain the secret: keep a copy of {secret} elsewhere",
            self.file.display()
        ))
    }

    fn as_json(&self, checked: &Checked) -> String {
        json!({
            "file": self.file.display().to_string(),
            "bytes": checked.bytes,
            "accounts": checked.accounts,
            "schema": checked.schema,
            "secretIncluded": false,
        })
        .to_string()
    }
}

/// The file of the SQLite database. If there is another database, says which program to use for it.
pub(super) fn sqlite_file(config: &Config, does: &str) -> Result<PathBuf, CliError> {
    let (product, program) = match config.database_url.kind() {
        DatabaseKind::Sqlite => return Ok(config.database_url.sqlite_file().unwrap_or_default()),
        DatabaseKind::Postgres => ("PostgreSQL", "`pg_dump` and `pg_restore`"),
        DatabaseKind::Mysql => (
            "MariaDB or MySQL",
            "`mariadb-dump` (`mysqldump`) and `mariadb` (`mysql`)",
        ),
    };
    Err(CliError::Failed(format!(
        "{does} SQLite databases only, and this one is on {product}: use {program}; docs/backup.md has the commands"
    )))
}

/// Writes the copy under another name, checks it, and renames it.
async fn write(config: &Config, place: &Place) -> Result<Checked, CliError> {
    // A folder, because SQLite puts a journal next to the copy. Deleted at the end, whatever happens below.
    let folder = private_folder(&place.folder).map_err(|error| place.failed(&error))?;
    // With mode 0600, which SQLite would not choose.
    let copy = NamedTempFile::new_in(&folder).map_err(|error| place.failed(&error))?;
    let copy = copy.into_temp_path();
    let db = open::database(config).await?;
    let copied = copy_into(&db, &copy, place).await;
    db.close().await;
    copied?;
    let checked = checked::check(&copy)
        .await
        .map_err(|problem| CliError::Failed(format!("the copy is not usable, and was deleted: {problem}")))?;
    publish(copy, place).map_err(|error| place.failed(&error))?;
    Ok(checked)
}

fn private_folder(parent: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix(".portcullis-backup-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(parent)
}

async fn copy_into(db: &Db, copy: &Path, place: &Place) -> Result<(), CliError> {
    let Err(failure) = db.copy_into(copy).await else {
        return Ok(());
    };
    Err(not_copied(db, &failure, place).await)
}

async fn not_copied(db: &Db, failure: &DbFailure, place: &Place) -> CliError {
    let folder = place.folder.display();
    let size = db.copy_size().await.map(as_size);
    let size = size.unwrap_or_else(|_| "as much as the database".to_owned());
    CliError::Failed(if failure.is_disk_full() {
        format!("there is not enough space in {folder}: the copy needs {size}")
    } else {
        format!(
            "cannot write a copy of {size} into {folder}: {}",
            failure.operator_message()
        )
    })
}

/// Gives the complete copy its name. It survives a power loss from then on.
fn publish(copy: TempPath, place: &Place) -> io::Result<()> {
    File::open(&copy)?.sync_all()?;
    if place.overwrite {
        copy.persist(&place.file)
    } else {
        copy.persist_noclobber(&place.file)
    }
    .map_err(|error| error.error)?;
    File::open(&place.folder)?.sync_all()
}
