//! Output of commands to standard output and standard error.

use std::io::{self, Write};

use super::error::CliError;
use crate::platform::telemetry::printable;

/// Writes `text` to standard output, with a line break if it has none. A closed pipe (`| head`) is no error.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut output = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match write!(output, "{text}{end}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::Failed(format!(
            "cannot write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Writes `text` to standard output as it is. Returns false if the pipe was closed, so that nobody reads any more.
pub(super) fn print_while_read(text: &str) -> Result<bool, CliError> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(CliError::Failed(format!(
            "cannot write to standard output: {error}"
        ))),
    }
}

/// Writes a warning to standard error. A failure to write is ignored.
pub(super) fn warn(text: &str) {
    let _ = writeln!(io::stderr().lock(), "portcullis: warning: {}", printable(text));
}
