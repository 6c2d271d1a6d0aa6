//! Asks before something that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use crate::{cli::CliError, platform::telemetry::printable};

/// What the operator has to type.
const WORD: &str = "yes";

/// Asks on standard error, so that standard output has the result only. Fails unless the answer is "yes".
pub(super) fn ask(question: &str) -> Result<(), CliError> {
    if !io::stdin().is_terminal() {
        let problem = "there is no terminal to confirm this: use --yes";
        return Err(CliError::Failed(problem.to_owned()));
    }
    let mut error = io::stderr().lock();
    let shown: Vec<_> = question.lines().map(printable).collect();
    write!(error, "{}\nType `{WORD}` to go on: ", shown.join("\n"))
        .and_then(|()| error.flush())
        .map_err(|error| cannot(&error))?;
    let mut answer = String::new();
    // Nobody types more.
    let line = io::stdin().lock().take(100).read_line(&mut answer);
    line.map_err(|error| cannot(&error))?;
    if answer.trim() == WORD {
        Ok(())
    } else {
        Err(CliError::Failed("nothing was changed".to_owned()))
    }
}

fn cannot(error: &io::Error) -> CliError {
    CliError::Failed(format!("cannot ask: {error}"))
}
