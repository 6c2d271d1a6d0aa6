//! Why the server does not start with these settings.

use std::{error::Error, fmt};

/// What is wrong with the configuration: one line that names the setting and never tells its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl ConfigError {
    /// A `problem` with `what`: a setting, or the place that gave it.
    pub fn new(what: impl fmt::Display, problem: impl fmt::Display) -> Self {
        // Names of variables and keys may hold line breaks, and this must stay one line.
        let line = format!("{what}: {problem}");
        Self(line.chars().map(visible).collect())
    }
}

fn visible(character: char) -> char {
    if character.is_control() {
        char::REPLACEMENT_CHARACTER
    } else {
        character
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ConfigError {}
