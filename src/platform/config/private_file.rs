//! Files and folders that only the server's user can read.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, Read},
    path::Path,
};

use secrecy::SecretString;

/// Who can read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exposure {
    /// Its owner.
    Owner,
    /// Its group or everyone, too.
    Others,
}

impl Exposure {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let others = metadata.permissions().mode() & 0o077;
        if others == 0 { Self::Owner } else { Self::Others }
    }

    /// Access control lists of other systems are not checked.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self::Owner
    }
}

/// Whether users other than its owner can read a file; `false` if unknown.
pub(super) fn is_exposed(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| Exposure::of(&metadata) == Exposure::Others)
}

/// The text of a settings or secret file, and who can read it. Errors contain neither path nor content: the path can
/// be a secret that was given in the wrong place.
pub(super) fn read_text(path: &Path) -> Result<(SecretString, Exposure), String> {
    // Far above any settings file; small enough to read into memory.
    const MAX_BYTES: u64 = 1024 * 1024;
    let cannot = |error: io::Error| format!("cannot read the file: {error}");
    let file = File::open(path).map_err(cannot)?;
    let metadata = file.metadata().map_err(cannot)?;
    let mut text = String::new();
    file.take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => "the file is not UTF-8 text".to_owned(),
            _ => cannot(error),
        })?;
    let text = SecretString::from(text);
    if metadata.is_file() && metadata.len() > MAX_BYTES {
        return Err("the file is larger than 1 MiB".to_owned());
    }
    Ok((text, Exposure::of(&metadata)))
}

/// Creates the folder `path` and its missing parents for the owner alone (mode 0700). Existing folders keep their
/// mode.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Creates the empty file `path` for the owner alone (mode 0600), unless it exists.
///
/// SQLite gives the files next to a database (`-wal`, `-shm`, `-journal`) the mode of the database, so creating it
/// this way first keeps all of them private, whatever the umask.
pub(super) fn create_private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::metadata(path).map(drop),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn folders_are_made_for_the_owner_alone() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        create_private_folder(&inner).unwrap();
        create_private_folder(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&root.path().join("a")), 0o700);
    }

    #[test]
    fn files_are_made_for_the_owner_alone_and_never_emptied() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("portcullis.db");
        create_private_file(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::write(&path, "rows").unwrap();
        create_private_file(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"rows");
    }

    #[test]
    fn reading_tells_whether_others_could_read_too() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("secret");
        fs::write(&path, "text").unwrap();
        for (mode, exposure) in [
            (0o600, Exposure::Owner),
            (0o400, Exposure::Owner),
            (0o640, Exposure::Others),
            (0o604, Exposure::Others),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let (text, found) = read_text(&path).unwrap();
            assert_eq!((text.expose_secret(), found), ("text", exposure), "{mode:o}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_without_its_path() {
        let error = read_text(Path::new("/hunter2/hunter2")).unwrap_err();
        assert_eq!(
            error,
            "cannot read the file: No such file or directory (os error 2)"
        );
    }

    #[test]
    fn a_file_that_is_no_text_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("secret");
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert_eq!(read_text(&path).unwrap_err(), "the file is not UTF-8 text");
        fs::write(&path, vec![b'a'; 1024 * 1024 + 1]).unwrap();
        assert_eq!(read_text(&path).unwrap_err(), "the file is larger than 1 MiB");
    }
}
