//! Where a backup may be written.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{CliError, checked::bytes_of_database};
use crate::platform::db::SQLITE_SIDE_FILES;

/// A name under which a backup may appear.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) overwrite: bool,
}

impl Place {
    /// Checks that `file` is in an existing folder, and replaces nothing but an earlier backup.
    pub(super) fn check(file: &Path, live: &Path, overwrite: bool) -> Result<Self, CliError> {
        let shown = file.display();
        let refused = |problem: &str| Err(CliError::Failed(format!("{shown} {problem}")));
        let (Some(name), Some(folder)) = (file.file_name(), folder_of(file)) else {
            return refused("cannot be written: there is no such folder");
        };
        if !folder.is_dir() {
            return refused("cannot be written: that is no folder");
        }
        // Without the links in its folder, so that two names of one file are the same path.
        let place = Self {
            file: folder.join(name),
            folder,
            overwrite,
        };
        if place.belongs_to(live) {
            return refused("is the database itself, or a file that belongs to it; choose another name");
        }
        match place.file.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(place),
            Err(error) => Err(place.failed(&error)),
            Ok(_) if !overwrite => refused("exists; choose another name, or --overwrite"),
            // Whatever it is, it might be needed: the secret, or a lock.
            Ok(_) => match bytes_of_database(&place.file) {
                Ok(Some(_)) => Ok(place),
                _ => refused("is no backup, and stays as it is; choose another name"),
            },
        }
    }

    /// Whether this is the name of the live database, of another link to it, or of a file that SQLite or the server
    /// keeps next to it. If the database is a link, SQLite keeps its files next to the file that it leads to.
    fn belongs_to(&self, live: &Path) -> bool {
        let mut paths = vec![live.to_owned()];
        paths.extend(fs::canonicalize(live));
        let is_beside = |live: &PathBuf| {
            let (Some(name), Some(folder)) = (live.file_name(), folder_of(live)) else {
                return false;
            };
            SQLITE_SIDE_FILES.iter().chain(&[".lock"]).any(|ending| {
                let mut side_file = name.to_owned();
                side_file.push(ending);
                self.file == folder.join(side_file)
            })
        };
        is_same_file(&self.file, live) || paths.iter().any(is_beside)
    }

    /// A call to the file system failed.
    pub(super) fn failed(&self, error: &io::Error) -> CliError {
        CliError::Failed(format!("cannot write {}: {error}", self.file.display()))
    }
}

/// The folder that a file is in, without the links in its path; none if it does not exist.
fn folder_of(file: &Path) -> Option<PathBuf> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()
}

/// Whether two paths lead to one existing file.
pub(in crate::cli) fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path| fs::metadata(path).map(|file| (file.dev(), file.ino()));
    matches!((identity(one), identity(other)), (Ok(one), Ok(other)) if one == other)
}
