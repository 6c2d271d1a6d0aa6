//! The address of the database.

use std::{borrow::Cow, fmt, net::IpAddr, path::PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

/// Kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A local file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
    /// A MySQL or MariaDB server.
    Mysql,
}

/// The address of the database. Printing it masks the password.
#[derive(Clone)]
pub struct DatabaseUrl {
    kind: DatabaseKind,
    text: SecretString,
}

impl DatabaseUrl {
    /// Reads an address. The driver checks its parameters. The error names the problem and never repeats the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let kind = match text.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => DatabaseKind::Sqlite,
            Some("postgres" | "postgresql") => DatabaseKind::Postgres,
            Some("mysql" | "mariadb") => DatabaseKind::Mysql,
            _ => {
                return Err(
                    "must start with sqlite://, postgres://, postgresql://, mysql:// or mariadb://"
                        .to_owned(),
                );
            }
        };
        // The driver knows only the scheme of MySQL.
        let text = text
            .strip_prefix("mariadb:")
            .map_or(Cow::Borrowed(text), |rest| format!("mysql:{rest}").into());
        let url = Self {
            kind,
            text: (*text).into(),
        };
        match kind {
            DatabaseKind::Sqlite => url.check_file()?,
            DatabaseKind::Postgres | DatabaseKind::Mysql => check_server(&text)?,
        }
        Ok(url)
    }

    /// Address of the SQLite file `portcullis.db` in `folder`.
    pub(super) fn of_file_in(folder: &str) -> String {
        // Characters that would end or change the path in an address.
        const RESERVED: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');
        let folder = folder.trim_end_matches('/');
        // Without `//`, which would turn the first folder of a relative path into a host.
        format!("sqlite:{}/portcullis.db", utf8_percent_encode(folder, RESERVED))
    }

    /// The kind of database.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// The whole address, password included, for the driver.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// The file of a SQLite database.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.expose().strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let path = percent_decode_str(path).decode_utf8().ok()?;
        Some(PathBuf::from(path.into_owned()))
    }

    /// Whether the database is local: a file, a socket, `localhost` or a loopback address.
    pub fn is_on_this_machine(&self) -> bool {
        let url = Url::parse(self.expose()).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let host = host.trim_matches(['[', ']']);
        let is_loopback = |address: IpAddr| address.is_loopback();
        let is_here = host.is_empty() || host == "localhost" || host.parse().is_ok_and(is_loopback);
        // PostgreSQL also accepts the host as a parameter.
        let other_host =
            |name: &str, value: &str| name == "host" && !value.starts_with('/') || name == "hostaddr";
        let mut pairs = url.iter().flat_map(|url| url.query_pairs());
        self.kind == DatabaseKind::Sqlite
            || (is_here && !pairs.any(|(name, value)| other_host(&name, &value)))
    }

    fn check_file(&self) -> Result<(), String> {
        let file = self.sqlite_file().unwrap_or_default();
        if file.as_os_str().is_empty() {
            return Err("must name a file, such as sqlite://data/portcullis.db".to_owned());
        }
        if file.as_os_str() == ":memory:" || self.expose().contains("mode=memory") {
            return Err("must be a file: accounts kept in memory would be lost at every stop".to_owned());
        }
        Ok(())
    }
}

fn check_server(text: &str) -> Result<(), String> {
    let advice = "write special characters in the password as %XX, such as %40 for @";
    let url = Url::parse(text).map_err(|_| format!("is not a valid address; {advice}"))?;
    // Otherwise part of a password could have been parsed as something else, and would be printed.
    let rest = [url.path(), url.query().unwrap_or("")];
    if url.fragment().is_some() || rest.iter().any(|part| part.contains('@')) {
        return Err(format!("must not contain # or a second @; {advice}"));
    }
    let named_by_parameter = url.query_pairs().any(|(name, _)| name == "dbname");
    if url.cannot_be_a_base() || (url.path().trim_matches('/').is_empty() && !named_by_parameter) {
        return Err("must name the database, as in postgres://user@host/database".to_owned());
    }
    Ok(())
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MASK: &str = "***";
        if self.kind == DatabaseKind::Sqlite {
            return f.write_str(self.expose());
        }
        let Ok(mut url) = Url::parse(self.expose()) else {
            return f.write_str(MASK);
        };
        if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
            return f.write_str(MASK);
        }
        if let Some(query) = url.query().map(str::to_owned) {
            let pairs = form_urlencoded::parse(query.as_bytes()).map(|(name, value)| {
                let secret = name.to_lowercase().contains("pass");
                (name, if secret { Cow::Borrowed(MASK) } else { value })
            });
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        write!(f, "{url}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mariadb_is_handed_to_the_driver_under_the_name_it_knows() {
        let url = DatabaseUrl::parse("mariadb://u:pw@h/d").unwrap();
        assert_eq!(
            (url.kind(), url.expose()),
            (DatabaseKind::Mysql, "mysql://u:pw@h/d")
        );
    }

    #[test]
    fn what_stays_on_this_machine_is_told_from_what_travels() {
        let is_here = |text: &str| DatabaseUrl::parse(text).unwrap().is_on_this_machine();
        for text in [
            "sqlite:data/portcullis.db",
            "postgres://u@localhost/d",
            "postgres://u@127.0.0.1:5432/d",
            "mysql://u@[::1]/d",
            "postgresql:///d?host=/run/postgresql",
        ] {
            assert!(is_here(text), "{text}");
        }
        for text in [
            "postgres://u@db.example/d",
            "mysql://u@10.0.0.7/d",
            "postgresql:///d?host=db.example",
            "postgres://u@localhost/d?hostaddr=10.0.0.7",
        ] {
            assert!(!is_here(text), "{text}");
        }
    }

    #[test]
    fn the_scheme_tells_the_kind() {
        for (text, kind) in [
            ("sqlite://data/portcullis.db", DatabaseKind::Sqlite),
            ("sqlite:data/portcullis.db?mode=rwc", DatabaseKind::Sqlite),
            ("postgres://u:p@h/d", DatabaseKind::Postgres),
            ("postgresql:///d?host=/run/postgresql", DatabaseKind::Postgres),
            (
                "mysql://u:p@h:3306/d?ssl-mode=VERIFY_IDENTITY",
                DatabaseKind::Mysql,
            ),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.kind(), url.expose()), (kind, text));
        }
    }

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        for (text, printed) in [
            ("postgres://u:hunter2@h:5432/d", "postgres://u:***@h:5432/d"),
            (
                "postgres://h/d?user=u&password=hunter2&sslmode=verify-full",
                "postgres://h/d?user=u&password=***&sslmode=verify-full",
            ),
            ("mysql://u:hunter2%40x@h/d", "mysql://u:***@h/d"),
            ("postgres://u@h/d", "postgres://u@h/d"),
            ("sqlite://./data/portcullis.db", "sqlite://./data/portcullis.db"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), printed);
            assert_eq!(format!("{url:?}"), format!("DatabaseUrl({printed})"));
        }
    }

    #[test]
    fn addresses_that_would_not_work_or_would_show_a_password_are_refused() {
        for text in [
            "",
            "portcullis.db",
            "oracle://u:hunter2@h/d",
            "sqlite://",
            "sqlite::memory:",
            "sqlite://x.db?mode=memory",
            "postgres://u:1#hunter2@h/d",
            "postgres://u:1/hunter2@h/d",
            "postgres://u:1?hunter2@h/d",
            "postgres://u:p#hunter2@h/d",
            "postgres://u:hunter2@h",
            "postgres:d",
        ] {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn the_file_of_a_folder_survives_odd_names() {
        for (folder, file) in [
            ("./data", "./data/portcullis.db"),
            ("/var/lib/portcullis/", "/var/lib/portcullis/portcullis.db"),
            ("/a b/50%?#", "/a b/50%?#/portcullis.db"),
        ] {
            let url = DatabaseUrl::parse(&DatabaseUrl::of_file_in(folder)).unwrap();
            assert_eq!(url.sqlite_file(), Some(PathBuf::from(file)));
        }
    }
}
