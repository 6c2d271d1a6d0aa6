//! The report: what became of each record of the file.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write as _},
    path::Path,
};

use entity::UserId;
use serde_json::json;

use crate::{
    cli::{CliError, csv_cell::cell},
    features::user::EmailAddress,
};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordResult {
    /// There is a new account; in a dry run, there would be one.
    Created(Option<UserId>),
    /// The address exists.
    Skipped,
    /// Something is wrong with it.
    Refused,
}

/// One line of the report.
pub(super) struct Entry {
    /// The line at which the record begins.
    pub(super) line: u64,
    /// The address, if it is one: another text there could be a hash in the wrong column.
    pub(super) email: Option<String>,
    /// What became of it.
    pub(super) result: RecordResult,
    /// Why, as codes with sentences.
    pub(super) reasons: Vec<(String, String)>,
    /// The form of the hash, if it was recognised.
    pub(super) hash_format: Option<&'static str>,
}

/// An address as reports have it.
pub(super) fn reported(email: &str) -> Option<String> {
    EmailAddress::parse(email)
        .ok()
        .map(|email| email.display().to_owned())
}

impl RecordResult {
    fn word(self) -> &'static str {
        match self {
            Self::Created(Some(_)) => "created",
            Self::Created(None) => "valid",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
        }
    }

    fn user_id(self) -> Option<String> {
        match self {
            Self::Created(id) => id.map(|id| id.to_string()),
            Self::Skipped | Self::Refused => None,
        }
    }
}

/// A new file, for its owner only: it has addresses.
pub(super) struct Report {
    file: BufWriter<File>,
    is_csv: bool,
}

impl Report {
    /// Makes the file. One that exists is not overwritten: it tells what an earlier run did.
    pub(super) fn create(path: &Path) -> Result<Self, CliError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists => "it exists already; name another file".to_owned(),
                _ => error.to_string(),
            };
            CliError::Failed(format!("cannot write the report {}: {why}", path.display()))
        })?;
        let is_csv = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let mut report = Self {
            file: BufWriter::new(file),
            is_csv,
        };
        if is_csv {
            report.write("line,email,result,reasons,messages,hashFormat,userId\r\n")?;
        }
        Ok(report)
    }

    /// Adds lines, and hands them to the system.
    pub(super) fn add(&mut self, entries: &[Entry]) -> Result<(), CliError> {
        for entry in entries {
            let line = if self.is_csv { csv(entry) } else { jsonl(entry) };
            self.write(&line)?;
        }
        self.file.flush().map_err(failed)
    }

    fn write(&mut self, text: &str) -> Result<(), CliError> {
        self.file.write_all(text.as_bytes()).map_err(failed)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` requires")]
fn failed(error: io::Error) -> CliError {
    CliError::Failed(format!("cannot write the report: {error}"))
}

fn jsonl(entry: &Entry) -> String {
    let reasons: Vec<_> = entry
        .reasons
        .iter()
        .map(|(code, message)| json!({ "code": code, "message": message }))
        .collect();
    let object = json!({
        "line": entry.line,
        "email": entry.email,
        "result": entry.result.word(),
        "reasons": reasons,
        "hashFormat": entry.hash_format,
        "userId": entry.result.user_id(),
    });
    format!("{object}\n")
}

fn csv(entry: &Entry) -> String {
    let joined = |texts: Vec<&str>, by: &str| texts.join(by);
    let codes = entry.reasons.iter().map(|(code, _)| code.as_str()).collect();
    let messages = entry
        .reasons
        .iter()
        .map(|(_, message)| message.as_str())
        .collect();
    let cells = [
        entry.line.to_string(),
        entry.email.clone().unwrap_or_default(),
        entry.result.word().to_owned(),
        joined(codes, " "),
        joined(messages, " "),
        entry.hash_format.unwrap_or_default().to_owned(),
        entry.result.user_id().unwrap_or_default(),
    ];
    cells.map(|value| cell(&value)).join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_the_report_is_never_a_formula() {
        let entry = Entry {
            line: 7,
            email: reported("=1+1@example.com"),
            result: RecordResult::Skipped,
            reasons: vec![("EMAIL_TAKEN".to_owned(), "Another account has it.".to_owned())],
            hash_format: Some("bcrypt"),
        };
        let expected = "\"7\",\"'=1+1@example.com\",\"skipped\",\"EMAIL_TAKEN\",\"Another account has it.\",\"bcrypt\",\"\"\r\n";
        assert_eq!(csv(&entry), expected);
        assert!(jsonl(&entry).contains(r#""email":"=1+1@example.com""#));
    }

    #[test]
    fn what_is_no_address_is_not_repeated() {
        assert_eq!(reported("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9"), None);
    }
}
