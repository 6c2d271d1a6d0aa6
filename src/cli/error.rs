//! How a command fails: one line for people, an exit status for programs.

use std::{error::Error, fmt};

use crate::platform::{config::ConfigError, db::DatabaseProblem, telemetry::printable};

/// Why a command failed.
#[derive(Debug)]
pub enum CliError {
    /// The settings cannot be used.
    Config(ConfigError),
    /// Something that this command needs is not available, usually the database; trying again later may help.
    Unavailable(String),
    /// The database answers, but cannot be used as it is.
    DatabaseProblem(DatabaseProblem),
    /// Anything else, in one line.
    Failed(String),
}

impl CliError {
    /// The exit status.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) => 78,
            Self::Unavailable(_) => 69,
            Self::DatabaseProblem(_) | Self::Failed(_) => 1,
        }
    }
}

/// One line, also if the name of a file has control characters.
impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = match self {
            Self::Config(error) => error.to_string(),
            Self::DatabaseProblem(problem) => problem.to_string(),
            Self::Unavailable(line) | Self::Failed(line) => line.clone(),
        };
        f.write_str(&printable(&line))
    }
}

impl Error for CliError {}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}
