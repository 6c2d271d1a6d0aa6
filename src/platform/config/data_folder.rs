//! Finds other users who could replace the files that the server trusts.
//!
//! A file's mode does not protect it if others can replace the file. The parent folders are not checked.

use std::path::Path;

use super::{error::ConfigError, secret_file, settings::Config};

/// A weakness of the data folder, or of a file in it, that gives another user access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderProblem {
    /// Whether the server must not start; otherwise it can be intended.
    pub is_refused: bool,
    /// What was found.
    pub seen: String,
    /// What to do.
    pub advice: &'static str,
}

/// The owner and the mode of a file or folder.
#[derive(Debug, Clone, Copy)]
struct Access {
    uid: u32,
    mode: u32,
}

impl Config {
    /// The ways in which other users of this machine can replace the secret or the database in the data folder. Empty
    /// if the folder does not exist yet or holds neither, and on systems other than Unix.
    pub fn data_folder_problems(&self) -> Vec<FolderProblem> {
        let file = self.database_url.sqlite_file();
        let database = file.filter(|file| file.parent() == Some(&*self.data_dir));
        let secret = self
            .secret
            .is_none()
            .then(|| self.data_dir.join(secret_file::FILE));
        if database.is_none() && secret.is_none() {
            return Vec::new();
        }
        let (Some(process), Some(folder)) = (process_uid(), access(&self.data_dir)) else {
            return Vec::new();
        };
        let files = [(secret_file::FILE, secret), ("the SQLite file", database)];
        let file_problems = files.into_iter().filter_map(|(name, path)| {
            let file = access(&path?)?;
            file_problem(name, file, folder, process)
        });
        folder_problem(folder, process)
            .into_iter()
            .chain(file_problems)
            .collect()
    }

    /// Fails with the first problem that must prevent the start.
    pub fn check_data_folder(&self) -> Result<(), ConfigError> {
        let mut problems = self.data_folder_problems().into_iter();
        problems
            .find(|problem| problem.is_refused)
            .map_or(Ok(()), |problem| {
                let message = format!(
                    "{} (`{}`); {}",
                    problem.seen,
                    self.data_dir.display(),
                    problem.advice
                );
                Err(ConfigError::new("data_dir", message))
            })
    }
}

fn folder_problem(folder: Access, process: u32) -> Option<FolderProblem> {
    // The sticky bit keeps others from replacing our files, but not from adding one that SQLite reads together with the
    // database (`-wal`, `-journal`).
    if folder.mode & 0o002 != 0 {
        return Some(FolderProblem {
            is_refused: true,
            seen: "every user of this machine can put files into the folder".to_owned(),
            advice: "if nobody else has, run `chmod o-w` on it; else start with a new folder",
        });
    }
    if is_foreign(folder, process) {
        return Some(FolderProblem {
            // In a container, root often uses the folder of the user who started it.
            is_refused: process != ROOT,
            seen: format!(
                "the folder belongs to user {}, who can replace the files in it",
                folder.uid
            ),
            advice: "run `chown` on it, to the user that the server runs as",
        });
    }
    if folder.mode & 0o020 != 0 {
        return Some(FolderProblem {
            // Kubernetes creates volumes like this, with a group that only the server has.
            is_refused: false,
            seen: "the group of the folder can put files into it".to_owned(),
            advice: "run `chmod g-w` on it, unless only the server is in that group",
        });
    }
    None
}

fn file_problem(name: &str, file: Access, folder: Access, process: u32) -> Option<FolderProblem> {
    // The owner of the folder was reported already.
    let is_reported = process == ROOT && file.uid == folder.uid;
    (is_foreign(file, process) && !is_reported).then(|| FolderProblem {
        is_refused: true,
        seen: format!("{name} in it belongs to user {}, who can change it", file.uid),
        advice: "if you put it there, run `chown` on it, to the user that the server runs as; else restore the folder \
                 from a backup",
    })
}

const ROOT: u32 = 0;

/// Root is never foreign: it can do everything anyway.
fn is_foreign(access: Access, process: u32) -> bool {
    access.uid != process && access.uid != ROOT
}

#[cfg(unix)]
fn access(path: &Path) -> Option<Access> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(path).ok()?;
    Some(Access {
        uid: metadata.uid(),
        mode: metadata.mode(),
    })
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no uid")]
fn process_uid() -> Option<u32> {
    Some(rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn access(_: &Path) -> Option<Access> {
    None
}

#[cfg(not(unix))]
fn process_uid() -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: u32 = 100;
    const OTHER: u32 = 200;

    fn access(uid: u32, mode: u32) -> Access {
        Access { uid, mode }
    }

    #[test]
    fn a_folder_is_for_the_server_and_root() {
        let refused = Some(true);
        let reported = Some(false);
        for (uid, mode, process, wanted) in [
            (SERVER, 0o700, SERVER, None),
            (SERVER, 0o755, SERVER, None),
            // Docker creates volumes like this.
            (ROOT, 0o755, SERVER, None),
            (ROOT, 0o755, ROOT, None),
            (SERVER, 0o777, SERVER, refused),
            (SERVER, 0o702, SERVER, refused),
            (ROOT, 0o777, ROOT, refused),
            // Like /tmp.
            (ROOT, 0o1777, SERVER, refused),
            (SERVER, 0o770, SERVER, reported),
            // Kubernetes creates volumes like this.
            (ROOT, 0o2775, SERVER, reported),
            (ROOT, 0o1770, SERVER, reported),
            (OTHER, 0o770, SERVER, refused),
            (OTHER, 0o1777, SERVER, refused),
            (OTHER, 0o755, ROOT, reported),
        ] {
            let found = folder_problem(access(uid, mode), process).map(|it| it.is_refused);
            assert_eq!(found, wanted, "{uid} {mode:o} {process}");
        }
    }

    #[test]
    fn a_file_is_the_servers_or_roots() {
        for (file, folder, process, is_refused) in [
            (SERVER, SERVER, SERVER, false),
            (ROOT, SERVER, SERVER, false),
            (OTHER, SERVER, SERVER, true),
            // Put there before the server started.
            (OTHER, ROOT, ROOT, true),
            (OTHER, OTHER, ROOT, false),
        ] {
            let found = file_problem("secret.key", access(file, 0o600), access(folder, 0o770), process);
            assert_eq!(
                found.is_some_and(|it| it.is_refused),
                is_refused,
                "{file} {folder} {process}"
            );
        }
    }
}
