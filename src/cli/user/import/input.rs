//! The file to import, read record by record in bounded memory.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    thread,
};

use clap::ValueEnum;
use tokio::sync::mpsc;

use crate::{
    cli::CliError,
    features::user_import::{FileFormat, InputError, MAX_RECORD, Record},
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
    /// CSV (RFC 4180) with a header; commas, semicolons or tabs.
    Csv,
}

impl InputFormat {
    /// The format that the ending of the name tells.
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "csv" | "tsv" => Some(Self::Csv),
            _ => None,
        }
    }
}

impl From<InputFormat> for FileFormat {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Jsonl => Self::Jsonl,
            InputFormat::Json => Self::Json,
            InputFormat::Csv => Self::Csv,
        }
    }
}

impl From<InputError> for CliError {
    fn from(error: InputError) -> Self {
        Self::Failed(match error {
            InputError::Io(error) => format!("cannot read the file: {error}"),
            InputError::NoEmailColumn => {
                "the first line of the file is no header with a column `email`".to_owned()
            }
        })
    }
}

/// A record, or why no more can be read.
pub(super) type Read = Result<Record, InputError>;

/// An opened file.
pub(super) struct Input {
    source: Box<dyn BufRead + Send>,
    format: InputFormat,
}

impl Input {
    /// Opens the file, or standard input for `-`.
    pub(super) fn open(path: &Path, format: Option<InputFormat>) -> Result<Self, CliError> {
        let format = format.or_else(|| InputFormat::of(path)).ok_or_else(|| {
            CliError::Failed("the name of the file does not tell its format: say --format".to_owned())
        })?;
        let source: Box<dyn BufRead + Send> = if path.as_os_str() == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(path)
                .map_err(|error| CliError::Failed(format!("cannot open {}: {error}", path.display())))?;
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
            if let Err(error) = FileFormat::from(self.format).read(&mut *self.source, &mut sink) {
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
