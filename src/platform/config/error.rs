//! Errors in the configuration.

use std::{error::Error, fmt};

/// A problem with the configuration: one line that names the setting and never shows its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl ConfigError {
    /// A `problem` with `subject`: a setting, or the source that gave it.
    pub fn new(subject: impl fmt::Display, problem: impl fmt::Display) -> Self {
        // Names of variables and keys can contain line breaks, and this must stay one line.
        let line = format!("{subject}: {problem}");
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
