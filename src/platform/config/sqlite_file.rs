//! The file of a SQLite database, created here because SQLite would make it readable for others.

use std::{io, path::Path};

use super::{error::ConfigError, private_file, settings::Config};

impl Config {
    /// Creates the folder (mode 0700) and the empty file (0600) of the SQLite database if they are missing. Does
    /// nothing for other databases.
    pub fn prepare_sqlite_file(&self) -> Result<(), ConfigError> {
        let Some(file) = self.database_url.sqlite_file() else {
            return Ok(());
        };
        self.prepare_sqlite_folder()?;
        private_file::create_private_file(&file).map_err(|error| self.not_prepared(&file, &error))
    }

    /// Creates the folder alone.
    pub fn prepare_sqlite_folder(&self) -> Result<(), ConfigError> {
        let Some(file) = self.database_url.sqlite_file() else {
            return Ok(());
        };
        let folder = file.parent().filter(|folder| *folder != Path::new(""));
        let created = folder.map_or(Ok(()), private_file::create_private_folder);
        created.map_err(|error| self.not_prepared(&file, &error))
    }

    fn not_prepared(&self, file: &Path, error: &io::Error) -> ConfigError {
        let problem = format!("cannot make the SQLite file, or its folder: {error}");
        // By default, the file is in the data folder.
        let in_data_dir = file.parent() == Some(&self.data_dir);
        ConfigError::new(if in_data_dir { "data_dir" } else { "database_url" }, problem)
    }

    /// Whether other users of this machine can read the file of the SQLite database.
    pub fn is_sqlite_file_exposed(&self) -> bool {
        let file = self.database_url.sqlite_file();
        file.is_some_and(|file| private_file::is_exposed(&file))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{super::DatabaseUrl, *};

    fn config(file: &Path) -> Config {
        Config {
            database_url: DatabaseUrl::parse(&format!("sqlite://{}", file.display())).unwrap(),
            ..Config::default()
        }
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_file_are_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("data/portcullis.db");
        config(&file).prepare_sqlite_file().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(file.parent().unwrap()), mode(&file)), (0o700, 0o600));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told_by_its_key() {
        let root = tempfile::tempdir().unwrap();
        let in_the_way = root.path().join("file");
        fs::write(&in_the_way, "").unwrap();
        let mut config = config(&in_the_way.join("portcullis.db"));
        let error = config.prepare_sqlite_file().unwrap_err().to_string();
        assert!(error.starts_with("database_url: cannot make"), "{error}");

        config.data_dir.clone_from(&in_the_way);
        let error = config.prepare_sqlite_file().unwrap_err().to_string();
        assert!(error.starts_with("data_dir: cannot make"), "{error}");
    }
}
