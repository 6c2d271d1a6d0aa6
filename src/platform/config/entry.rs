//! One setting as some place gave it: a name, a text, and where it stands.

use std::{fmt, path::PathBuf};

use secrecy::SecretString;

/// A name and a text, not yet known to mean anything.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key, or the key and `_file`.
    pub(super) name: String,
    /// What was given. Any text may turn out to be a secret.
    pub(super) text: SecretString,
    /// Where it was given.
    pub(super) source: Source,
}

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// Nowhere.
    Default,
    /// In this TOML file.
    File(PathBuf),
    /// In the environment.
    Environment,
    /// By this flag.
    Flag(&'static str),
}

impl Source {
    /// How the setting `name` is written in this place.
    pub(super) fn spell(&self, name: &str) -> String {
        match self {
            Self::Environment => super::environment::variable(name),
            Self::Default | Self::File(_) | Self::Flag(_) => name.to_owned(),
        }
    }

    /// The place where `name` was given, for a person who wants to change it.
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
    /// How to call this entry in a message before its setting is known.
    pub(super) fn label(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| match &self.source {
            Source::Environment => f.write_str(&self.source.spell(&self.name)),
            other => write!(f, "{} ({})", self.name, other.place(&self.name)),
        })
    }
}
