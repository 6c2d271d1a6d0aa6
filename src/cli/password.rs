//! Reads a password from the terminal or from a program. Never from an argument: other users of the machine can see
//! those, and the shell records them.

use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::error::CliError;

/// Where a password comes from.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct PasswordArgs {
    /// Read the password from the first line of standard input instead of asking for it.
    #[arg(long)]
    pub password_stdin: bool,
}

impl PasswordArgs {
    /// The password, as typed. At a terminal it is asked for twice, without echo.
    pub fn read(self) -> Result<SecretString, CliError> {
        if self.password_stdin {
            return first_line(io::stdin().lock());
        }
        if !io::stdin().is_terminal() {
            let problem = "there is no terminal to ask for the password: use --password-stdin";
            return Err(CliError::Failed(problem.to_owned()));
        }
        let password = ask("Password: ")?;
        if password.expose_secret() != ask("Repeat the password: ")?.expose_secret() {
            return Err(CliError::Failed("the two passwords differ".to_owned()));
        }
        Ok(password)
    }
}

fn ask(prompt: &str) -> Result<SecretString, CliError> {
    rpassword::prompt_password(prompt)
        .map(SecretString::from)
        .map_err(cannot)
}

/// Everything up to the first line break.
fn first_line(input: impl BufRead) -> Result<SecretString, CliError> {
    // Room for any acceptable password; a longer line is refused.
    const ROOM: usize = 16 * 1024;
    // Allocated at once, so that growing leaves no copies behind.
    let mut line = Zeroizing::new(String::with_capacity(ROOM));
    let read = input.take(ROOM as u64).read_line(&mut line).map_err(cannot)?;
    if read == ROOM {
        return Err(CliError::Failed(
            "the password on standard input is too long".to_owned(),
        ));
    }
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).into())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` requires")]
fn cannot(error: io::Error) -> CliError {
    CliError::Failed(format!("cannot read the password: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Result<String, String> {
        first_line(input)
            .map(|password| password.expose_secret().to_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_line_break_is_taken_off() {
        for input in [" pass word \n", " pass word \r\nmore\n", " pass word "] {
            assert_eq!(read(input.as_bytes()).unwrap(), " pass word ");
        }
        assert_eq!(read(b"").unwrap(), "");
    }

    #[test]
    fn endless_and_broken_input_is_refused() {
        assert!(read(&vec![b'a'; 1_000_000]).unwrap_err().contains("too long"));
        assert!(
            read(&[0xff, b'\n'])
                .unwrap_err()
                .starts_with("cannot read the password")
        );
    }
}
