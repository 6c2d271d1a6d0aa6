//! Sources of settings: the TOML file, the environment, the command line.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use toml::{Table, Value};

use super::error::ConfigError;

/// A name and a text that have not been validated.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key, or the key and `_file`.
    pub(super) name: String,
    /// Its text. Any text can turn out to be a secret.
    pub(super) text: SecretString,
    /// Where it was given.
    pub(super) source: Source,
}

/// Source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The default: no value was given.
    Default,
    /// This TOML file.
    File(PathBuf),
    /// The environment.
    Environment,
    /// This flag.
    Flag(&'static str),
}

impl Source {
    /// How the setting `name` is spelled in this source.
    pub(super) fn spell(&self, name: &str) -> String {
        match self {
            Self::Environment => variable(name),
            Self::Default | Self::File(_) | Self::Flag(_) => name.to_owned(),
        }
    }

    /// Where `name` was given, for a person who wants to change it.
    pub(super) fn place<'a>(&'a self, name: &'a str) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment => f.write_str(&self.spell(name)),
            Self::Flag(flag) => f.write_str(flag),
        })
    }
}

impl Entry {
    /// Name of this entry in messages while its setting is unknown.
    pub(super) fn label(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| match &self.source {
            Source::Environment => f.write_str(&self.source.spell(&self.name)),
            other => write!(f, "{} ({})", self.name, other.place(&self.name)),
        })
    }
}

const PREFIX: &str = "PORTCULLIS_";

/// The variable that names the TOML file.
pub(super) const CONFIG_FILE: &str = "PORTCULLIS_CONFIG";

/// The variable that gives the setting `name`.
fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}

/// The settings among `variables`. Every variable with our prefix must be a setting, so that typos are noticed.
pub(super) fn environment_entries(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<Entry>, ConfigError> {
    let mut entries = Vec::new();
    for (variable, value) in variables {
        let variable = variable.to_string_lossy();
        let Some(name) = variable.strip_prefix(PREFIX) else {
            continue;
        };
        if variable == CONFIG_FILE || from_kubernetes(name) {
            continue;
        }
        let value = value
            .into_string()
            .map_err(|_| ConfigError::new(&variable, "is not UTF-8 text"))?;
        entries.push(Entry {
            name: name.to_lowercase(),
            text: value.into(),
            source: Source::Environment,
        });
    }
    Ok(entries)
}

/// Kubernetes gives every pod the address of the service `portcullis`, in variables that look like ours.
fn from_kubernetes(name: &str) -> bool {
    let is_port = |name: &str| name == "PORT" || name.starts_with("PORT_");
    let of_service = name.strip_prefix("SERVICE_");
    is_port(name) || of_service.is_some_and(|name| name == "HOST" || is_port(name))
}

/// A setting given by a flag.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The flag as typed, such as `--listen`.
    pub flag: &'static str,
    /// Key of the setting.
    pub key: String,
    /// Its text.
    pub text: String,
}

impl Flag {
    /// Reads `key=value`, given by `flag`.
    pub fn from_pair(flag: &'static str, pair: &str) -> Result<Self, ConfigError> {
        // The text can be a secret that was typed by mistake, so the error does not repeat it.
        let (key, text) = pair
            .split_once('=')
            .ok_or_else(|| ConfigError::new(flag, "must be followed by key=value"))?;
        Ok(Self {
            flag,
            key: key.trim().to_owned(),
            text: text.to_owned(),
        })
    }
}

/// The settings that `flags` give.
pub(super) fn flag_entries(flags: Vec<Flag>) -> Vec<Entry> {
    let entry = |flag: Flag| Entry {
        name: flag.key,
        text: flag.text.into(),
        source: Source::Flag(flag.flag),
    };
    flags.into_iter().map(entry).collect()
}

/// The table in the text of a TOML file. The error names the line and never repeats it.
pub(super) fn toml_table(content: &SecretString) -> Result<Table, String> {
    let content = content.expose_secret();
    content.parse().map_err(|error: toml::de::Error| {
        // The message of the parser would show the line, with a secret in it.
        let start = error.span().map_or(0, |span| span.start);
        let line = content.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        format!("line {line} is not valid TOML")
    })
}

/// The settings in `content`, the text of the TOML file at `path`.
pub(super) fn toml_entries(path: &Path, content: &SecretString) -> Result<Vec<Entry>, ConfigError> {
    let table = toml_table(content).map_err(|problem| ConfigError::new(path.display(), problem))?;
    table
        .into_iter()
        .map(|(name, value)| match to_text(value) {
            Ok(text) => Ok(Entry {
                name,
                text: text.into(),
                source: Source::File(path.to_owned()),
            }),
            Err(problem) => Err(ConfigError::new(
                format_args!("{name} ({})", path.display()),
                problem,
            )),
        })
        .collect()
}

/// The value as in a variable: lists are separated by commas.
fn to_text(value: Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(flag) => Ok(flag.to_string()),
        Value::Array(items) => {
            let items = items
                .into_iter()
                .map(|item| match item {
                    Value::String(text) if !text.contains(',') => Ok(text),
                    Value::String(_) => Err("the items of a list must not contain commas"),
                    _ => Err("the items of a list must be texts in quotes"),
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(items.join(","))
        }
        Value::Table(_) => Err("settings are not grouped in tables: write every one at the top level"),
        Value::Float(_) | Value::Datetime(_) => {
            Err("must be a string in quotes, a whole number, true, false, or a list of strings")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &[(&str, &str)]) -> Vec<String> {
        let variables = variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        environment_entries(variables)
            .unwrap()
            .into_iter()
            .map(|entry| entry.name)
            .collect()
    }

    #[test]
    fn variables_of_others_and_of_kubernetes_are_ignored() {
        let found = names(&[
            ("PATH", "/bin"),
            ("PORTCULLIS_PORT", "tcp://10.0.0.1:80"),
            ("PORTCULLIS_PORT_80_TCP_ADDR", "10.0.0.1"),
            ("PORTCULLIS_SERVICE_HOST", "10.0.0.1"),
            ("PORTCULLIS_SERVICE_PORT", "80"),
            ("PORTCULLIS_SERVICE_PORT_HTTP", "80"),
            ("PORTCULLIS_SERVICE_TOKEN_TTL", "5m"),
            ("PORTCULLIS_CONFIG", "portcullis.toml"),
            ("PORTCULLIS_LISTEN", "127.0.0.1:80"),
            ("PORTCULLIS_SECRET_FILE", "/run/secrets/secret"),
        ]);
        assert_eq!(found, ["service_token_ttl", "listen", "secret_file"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_text_is_refused_by_name() {
        use std::os::unix::ffi::OsStringExt;
        let variables = [("PORTCULLIS_LISTEN".into(), OsString::from_vec(vec![0xff]))];
        let error = environment_entries(variables).unwrap_err().to_string();
        assert_eq!(error, "PORTCULLIS_LISTEN: is not UTF-8 text");
    }

    #[test]
    fn a_pair_is_split_at_its_first_equals_sign() {
        let flag = Flag::from_pair("--set", "database_url=postgres://h/d?sslmode=require").unwrap();
        assert_eq!(
            (flag.key.as_str(), flag.text.as_str()),
            ("database_url", "postgres://h/d?sslmode=require")
        );
    }

    #[test]
    fn half_a_pair_is_refused_and_not_repeated() {
        let error = Flag::from_pair("--set", "hunter2").unwrap_err();
        assert_eq!(error.to_string(), "--set: must be followed by key=value");
    }

    fn read(content: &str) -> Result<Vec<(String, String)>, String> {
        toml_entries(Path::new("p.toml"), &content.into())
            .map(|entries| {
                entries
                    .into_iter()
                    .map(|entry| (entry.name, entry.text.expose_secret().to_owned()))
                    .collect()
            })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_of_value_becomes_the_text_of_a_variable() {
        let found = read("a = \"x\"\nb = 7\nc = true\nd = [\"x\", \"y\"]\ne = []").unwrap();
        let expected = [("a", "x"), ("b", "7"), ("c", "true"), ("d", "x,y"), ("e", "")];
        assert_eq!(
            found,
            expected.map(|(name, text)| (name.to_owned(), text.to_owned()))
        );
    }

    #[test]
    fn bad_toml_is_told_by_line_and_never_by_content() {
        let error = read("listen = \"x\"\nsecret = hunter2\n").unwrap_err();
        assert_eq!(error, "p.toml: line 2 is not valid TOML");
    }

    #[test]
    fn tables_fractions_and_lists_of_lists_are_refused_by_name() {
        for (content, start) in [
            (
                "[server]\nlisten = \"x\"",
                "server (p.toml): settings are not grouped",
            ),
            ("ttl = 1.5", "ttl (p.toml): must be"),
            ("listen = [[\"x\"]]", "listen (p.toml): the items"),
            ("listen = [\"x,y\"]", "listen (p.toml): the items"),
        ] {
            let error = read(content).unwrap_err();
            assert!(error.starts_with(start), "{error}");
        }
    }
}
