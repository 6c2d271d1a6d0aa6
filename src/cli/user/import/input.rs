//! The file to import, read record by record in bounded memory.

use std::{
    ffi::OsStr,
    fmt::Display,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    thread,
};

use clap::{Args, ValueEnum};
use tokio::sync::mpsc;

use crate::{
    cli::CliError,
    features::user_import::{FileFormat, InputError, MAX_RECORD, Record, Separator},
};

/// Records that wait for the import. With the batch they bound the memory.
const WAITING: usize = 64;

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// One JSON object for each line.
    Jsonl,
    /// A JSON document with a list of users, on its own or as `users`: exports of Firebase and Keycloak.
    Json,
    /// CSV (RFC 4180) with a header.
    Csv,
}

/// What stands between the cells of CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CellSeparator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

/// How the file is written.
#[derive(Debug, Clone, Args)]
pub struct FormatArgs {
    /// How the file is written. The ending of its name tells, if it is jsonl, ndjson, json, csv or tsv.
    #[arg(long, value_enum)]
    pub format: Option<InputFormat>,

    /// What stands between the cells of CSV. Without it, a tab if the name ends with tsv; else the one of the three
    /// that the header has most of.
    #[arg(long, value_enum)]
    pub separator: Option<CellSeparator>,
}

impl FormatArgs {
    /// The format of the file with this name.
    fn of(&self, path: &Path) -> Result<FileFormat, CliError> {
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let ending = ending.to_ascii_lowercase();
        let format = self.format.or(match ending.as_str() {
            "jsonl" | "ndjson" => Some(InputFormat::Jsonl),
            "json" => Some(InputFormat::Json),
            "csv" | "tsv" => Some(InputFormat::Csv),
            _ => None,
        });
        let tab = (ending == "tsv").then_some(CellSeparator::Tab);
        match (format, self.separator) {
            (None, _) => Err(CliError::Failed(
                "the name of the file does not tell its format: say --format".to_owned(),
            )),
            (Some(InputFormat::Csv), separator) => {
                Ok(FileFormat::Csv(separator.or(tab).map(Separator::from)))
            }
            (Some(_), Some(_)) => Err(CliError::Failed(
                "only CSV has a separator: leave --separator out, or say --format csv".to_owned(),
            )),
            (Some(InputFormat::Jsonl), None) => Ok(FileFormat::Jsonl),
            (Some(InputFormat::Json), None) => Ok(FileFormat::Json),
        }
    }
}

impl From<CellSeparator> for Separator {
    fn from(separator: CellSeparator) -> Self {
        match separator {
            CellSeparator::Comma => Self::Comma,
            CellSeparator::Semicolon => Self::Semicolon,
            CellSeparator::Tab => Self::Tab,
        }
    }
}

/// A record, or why no more can be read.
pub(super) type Read = Result<Record, InputError>;

/// An opened file.
pub(super) struct Input {
    source: Box<dyn BufRead + Send>,
    format: FileFormat,
}

impl Input {
    /// Opens the file, or standard input for `-`.
    pub(super) fn open(path: &Path, format: &FormatArgs) -> Result<Self, CliError> {
        let format = format.of(path)?;
        let source: Box<dyn BufRead + Send> = if path.as_os_str() == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let failed =
                |why: &dyn Display| CliError::Failed(format!("cannot open {}: {why}", path.display()));
            let file = File::open(path).map_err(|error| failed(&error))?;
            // Opening a folder succeeds, and only reading it fails. Pipes are fine.
            if file.metadata().is_ok_and(|found| found.is_dir()) {
                return Err(failed(&"it is a folder, not a file"));
            }
            Box::new(BufReader::with_capacity(MAX_RECORD, file))
        };
        Ok(Self { source, format })
    }

    /// Reads the file on a thread of its own, which waits while nobody takes its records. Nobody waits for that thread:
    /// standard input can keep it for ever.
    pub(super) fn start(mut self) -> Result<mpsc::Receiver<Read>, CliError> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let read = move || {
            let mut sink = |record| sender.blocking_send(Ok(record)).is_ok();
            if let Err(error) = self.format.read(&mut *self.source, &mut sink) {
                sender.blocking_send(Err(error)).ok();
            }
        };
        thread::Builder::new()
            .name("import".to_owned())
            .spawn(read)
            .map_err(|error| CliError::Failed(format!("cannot start a thread: {error}")))?;
        Ok(receiver)
    }
}
