//! Why an import ended before the end of its file.

use crate::{
    cli::CliError,
    features::user_import::{InputError, Refused},
    platform::failure::Failure,
};

/// Why an import ended before the end of its file. What was imported until then stays.
#[derive(Debug)]
pub(super) enum Stopped {
    /// Somebody stopped it.
    BySignal,
    /// The disk or the database failed: another run can go on.
    Failed(CliError),
    /// Another run would end in the same way.
    ForGood(CliError),
}

impl Stopped {
    /// The error for people. `has_report`: this run has begun a report, which another run would not overwrite.
    pub(super) fn error(self, last_line: u64, has_report: bool) -> CliError {
        let other_report = if has_report {
            ", with another --report,"
        } else {
            ""
        };
        let after =
            format!("stopped after line {last_line}; run the same command again{other_report} to go on");
        match self {
            Self::BySignal => CliError::Failed(after),
            Self::Failed(CliError::Unavailable(why)) => CliError::Unavailable(format!("{why}: {after}")),
            Self::Failed(error) => CliError::Failed(format!("{error}: {after}")),
            Self::ForGood(error) => error,
        }
    }
}

impl From<InputError> for Stopped {
    fn from(error: InputError) -> Self {
        let message = CliError::Failed(error.to_string());
        match error {
            InputError::Io(_) => Self::Failed(message),
            InputError::Header(_) | InputError::NoEmailColumn(..) | InputError::Empty => {
                Self::ForGood(message)
            }
        }
    }
}

impl From<Failure<Refused>> for Stopped {
    fn from(failure: Failure<Refused>) -> Self {
        match failure {
            // The command line needs no step-up, and its batches are small enough.
            Failure::Refused(_) => Self::ForGood(CliError::Failed("not possible".to_owned())),
            Failure::Failed(failed) => Self::Failed(failed.into()),
        }
    }
}
