//! The server secret that this server generates.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::SecretString;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::{
    error::ConfigError,
    private_file::{self, Exposure},
    server_secret::ServerSecret,
    settings::Config,
};
use crate::platform::rng::Rng;

/// Name of the file in the data folder.
pub(super) const FILE: &str = "secret.key";

impl Config {
    /// The server secret: the configured one, else the one in `data_dir/secret.key`, which the first start creates.
    pub fn server_secret(&self, rng: &dyn Rng) -> Result<ServerSecret, ConfigError> {
        match &self.secret {
            Some(secret) => Ok(secret.clone()),
            None => read_or_create(&self.data_dir, rng),
        }
    }

    /// The existing server secret; `None` if a start would create one. Creates none.
    pub fn server_secret_so_far(&self) -> Result<Option<ServerSecret>, ConfigError> {
        match &self.secret {
            Some(secret) => Ok(Some(secret.clone())),
            None if exists(&self.data_dir.join(FILE))? => read(&self.data_dir.join(FILE)).map(Some),
            None => Ok(None),
        }
    }
}

fn read_or_create(folder: &Path, rng: &dyn Rng) -> Result<ServerSecret, ConfigError> {
    let path = folder.join(FILE);
    if !exists(&path)? {
        create(folder, &path, rng).map_err(|error| {
            let problem = format!("cannot make {FILE} in it: {}", error.kind());
            ConfigError::new("data_dir", problem)
        })?;
    }
    read(&path)
}

fn read(path: &Path) -> Result<ServerSecret, ConfigError> {
    let wrong = |problem: String| ConfigError::new(format_args!("{FILE} in data_dir"), problem);
    let (text, exposure) = private_file::read_text(path).map_err(wrong)?;
    if exposure == Exposure::Others {
        return Err(wrong(
            "other users can read the file; if nobody else has seen it, run `chmod 600` on it".to_owned(),
        ));
    }
    parse(&text).map_err(wrong)
}

fn parse(text: &SecretString) -> Result<ServerSecret, String> {
    ServerSecret::parse(secrecy::ExposeSecret::expose_secret(text))
}

fn exists(path: &Path) -> Result<bool, ConfigError> {
    path.try_exists().map_err(|error| {
        let problem = format!("cannot look for {FILE} in it: {}", error.kind());
        ConfigError::new("data_dir", problem)
    })
}

/// Writes 32 random bytes. If several processes start at once, one creates the file and the others read it: it appears
/// under its name complete or not at all.
fn create(folder: &Path, path: &Path, rng: &dyn Rng) -> io::Result<()> {
    private_file::create_private_folder(folder)?;
    let bytes = Zeroizing::new(rng.bytes::<32>());
    let text = Zeroizing::new(STANDARD_NO_PAD.encode(*bytes));
    // Created with mode 0600, and removed if anything below fails.
    let mut file = NamedTempFile::with_prefix_in(".secret-", folder)?;
    writeln!(file, "{}", *text)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            tracing::info!(
                "made a server secret: {}; keep it with the backups",
                path.display()
            );
            sync_folder(folder)
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

/// Makes the new directory entry survive a power loss.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use secrecy::ExposeSecret;

    use super::*;
    use crate::platform::rng::SystemRng;

    fn current(folder: &Path) -> Result<String, String> {
        read_or_create(folder, &SystemRng)
            .map(|secret| secret.all().next().unwrap().expose_secret().to_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_start_makes_a_secret_and_the_second_finds_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("data");
        let first = current(&folder).unwrap();
        assert_eq!(first.len(), 43);
        assert_eq!(current(&folder).unwrap(), first);
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            1,
            "nothing else is left behind"
        );
    }

    #[test]
    fn a_given_secret_wins_and_no_file_is_made() {
        let root = tempfile::tempdir().unwrap();
        let given = ServerSecret::parse("q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo").unwrap();
        let config = Config {
            secret: Some(given),
            data_dir: root.path().join("data"),
            ..Config::default()
        };
        config.server_secret(&SystemRng).unwrap();
        assert!(!config.data_dir.exists());
    }

    #[test]
    fn sixteen_starts_at_once_agree_on_one_secret() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("data");
        let gate = Barrier::new(16);
        let secrets: Vec<String> = thread::scope(|scope| {
            let starts: Vec<_> = (0..16)
                .map(|_| {
                    scope.spawn(|| {
                        gate.wait();
                        current(&folder).unwrap()
                    })
                })
                .collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_alone_and_refused_when_it_is_not() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        current(root.path()).unwrap();
        let path = root.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = current(root.path()).unwrap_err();
        assert!(
            error.starts_with("secret.key in data_dir: other users can read"),
            "{error}"
        );
    }

    #[test]
    fn a_broken_file_is_refused_and_never_replaced() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(FILE);
        private_file::create_private_file(&path).unwrap();
        let error = current(root.path()).unwrap_err();
        assert!(error.starts_with("secret.key in data_dir: is blank"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn a_data_folder_that_cannot_be_made_is_told_by_its_key() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        let error = current(&file.join("data")).unwrap_err();
        assert!(error.starts_with("data_dir: cannot"), "{error}");
    }
}
