//! Files with users, as databases and other systems write them, read record by record in bounded memory.

mod document;
mod fields;
mod instant;
mod lines;
mod problem;
mod record;
mod table;

use std::io::BufRead;

pub use fields::Fields;
pub use problem::{InputError, LineProblem};
pub use record::{MAX_RECORD, Record};

use record::Sink;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// One JSON object for each line.
    Jsonl,
    /// A JSON document with a list of users, on its own or as `users`: exports of Firebase and Keycloak.
    Json,
    /// CSV (RFC 4180) with a header; commas, semicolons or tabs.
    Csv,
}

impl FileFormat {
    /// Reads all records, until `sink` wants no more. Fails if the file as a whole cannot be read.
    pub fn read(self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), InputError> {
        match self {
            Self::Jsonl => Ok(lines::read(input, sink)?),
            Self::Json => Ok(document::read(input, sink)?),
            Self::Csv => table::read(input, sink),
        }
    }
}
