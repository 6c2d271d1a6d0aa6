//! The server secret that this server generates.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{MetadataExt as _, fchown},
    path::{Path, PathBuf},
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
use crate::platform::{crypto::master_key, failure::Fault, rng::Rng};

/// Name of the file in the data folder.
pub(super) const FILE: &str = "secret.key";

/// How the names of files with former secrets begin; the id of the secret follows, as in what it has sealed.
const FORMER: &str = "secret.key.former-";

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

    /// Whether the secret is in `data_dir/secret.key`, where this server can replace it.
    pub fn has_secret_file(&self) -> bool {
        self.secret.is_none()
    }

    /// Puts a new secret in front of those in `secret.key`: from now on it seals, and all of them open. Returns the list.
    pub fn put_new_secret_in_front(&self, rng: &dyn Rng) -> Result<ServerSecret, Fault> {
        let path = self.data_dir.join(FILE);
        let secret = read(&path).map_err(not_read)?.with_new(generate(rng));
        replace(&path, &secret).map_err(|error| Fault::new("replace secret.key in data_dir", error))?;
        Ok(secret)
    }

    /// Removes all secrets but the first from `secret.key`. Backups from before need the others: each is kept in a file
    /// next to it. Returns these files.
    pub fn set_older_secrets_aside(&self) -> Result<Vec<PathBuf>, Fault> {
        let path = self.data_dir.join(FILE);
        let secret = read(&path).map_err(not_read)?;
        let mut former = Vec::new();
        for older in secret.older() {
            let file = self.data_dir.join(format!("{FORMER}{}", master_key(older)?.id()));
            let only = ServerSecret::only(older.clone());
            keep(&file, &path, &only)
                .map_err(|error| Fault::new("keep the former secret in data_dir", error))?;
            former.push(file);
        }
        if !former.is_empty() {
            replace(&path, &secret.without_older())
                .map_err(|error| Fault::new("replace secret.key in data_dir", error))?;
        }
        Ok(former)
    }
}

fn not_read(error: ConfigError) -> Fault {
    Fault::new("read the server secret", error)
}

/// Replaces the file, also where a link leads to it. A crash leaves the former content or the new one.
fn replace(path: &Path, secret: &ServerSecret) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let (file, folder) = written(&path, &path, secret)?;
    file.persist(&path).map_err(|error| error.error)?;
    sync_folder(&folder)
}

/// Writes the file, unless it exists: then it holds the same secret, after whose id it is named.
fn keep(path: &Path, like: &Path, secret: &ServerSecret) -> io::Result<()> {
    let (file, folder) = written(path, like, secret)?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => return Err(error.error),
        _ => {}
    }
    sync_folder(&folder)
}

/// A flushed file with mode 0600 in the folder of `path`, with the owner of the file `like`: the server must be able to
/// read what root writes.
fn written(path: &Path, like: &Path, secret: &ServerSecret) -> io::Result<(NamedTempFile, PathBuf)> {
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let mut file = NamedTempFile::with_prefix_in(".secret-", &folder)?;
    let (owned, made) = (fs::metadata(like)?, file.as_file().metadata()?);
    if (owned.uid(), owned.gid()) != (made.uid(), made.gid()) {
        fchown(file.as_file(), Some(owned.uid()), Some(owned.gid()))?;
    }
    writeln!(file, "{}", *secret.text())?;
    file.as_file().sync_all()?;
    Ok((file, folder))
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
    let text = ServerSecret::only(generate(rng)).text();
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

/// 32 random bytes.
fn generate(rng: &dyn Rng) -> SecretString {
    let bytes = Zeroizing::new(rng.bytes::<32>());
    STANDARD_NO_PAD.encode(*bytes).into()
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
    fn a_new_secret_goes_in_front_and_the_former_one_is_set_aside() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: root.path().to_owned(),
            ..Config::default()
        };
        let first = current(root.path()).unwrap();
        assert_eq!(
            config.set_older_secrets_aside().unwrap(),
            [""; 0].map(PathBuf::from)
        );
        let both = config.put_new_secret_in_front(&SystemRng).unwrap();
        let second = current(root.path()).unwrap();
        assert_ne!(second, first);
        assert_eq!(both.text().as_str(), format!("{second},{first}"));
        let stored = config.server_secret_so_far().unwrap().unwrap();
        assert_eq!(stored.text(), both.text());

        let former = config.set_older_secrets_aside().unwrap();
        let [former] = former.as_slice() else {
            panic!("{former:?}")
        };
        assert_eq!(fs::read_to_string(former).unwrap(), format!("{first}\n"));
        let path = root.path().join(FILE);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{second}\n"));
        for file in [former, &path] {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        // As after a crash between the two files.
        fs::write(&path, both.text().as_bytes()).unwrap();
        assert_eq!(
            config.set_older_secrets_aside().unwrap(),
            std::slice::from_ref(former)
        );
        assert_eq!(
            fs::read_dir(root.path()).unwrap().count(),
            2,
            "nothing else is left behind"
        );
    }

    #[test]
    fn a_secret_behind_a_link_is_replaced_where_it_is() {
        let root = tempfile::tempdir().unwrap();
        let (folder, elsewhere) = (root.path().join("data"), root.path().join("elsewhere"));
        current(&folder).unwrap();
        fs::create_dir(&elsewhere).unwrap();
        fs::rename(folder.join(FILE), elsewhere.join("key")).unwrap();
        std::os::unix::fs::symlink(elsewhere.join("key"), folder.join(FILE)).unwrap();
        let config = Config {
            data_dir: folder.clone(),
            ..Config::default()
        };
        config.put_new_secret_in_front(&SystemRng).unwrap();
        assert!(folder.join(FILE).is_symlink());
        let text = fs::read_to_string(elsewhere.join("key")).unwrap();
        assert_eq!(text.split(',').count(), 2);
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
