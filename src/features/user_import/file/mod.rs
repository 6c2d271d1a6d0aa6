//! Files with users, as databases and other systems write them, read record by record in bounded memory.

mod account_state;
mod cells;
mod document;
mod field;
mod fields;
mod instant;
mod lines;
mod names;
mod problem;
mod properties;
mod record;
mod separator;
mod table;
mod unread;

use std::io::BufRead;

pub use fields::Fields;
pub use problem::{InputError, LineProblem};
pub use record::{MAX_RECORD, Record};
pub use separator::Separator;
pub use unread::UnreadNames;

use record::Sink;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// One JSON object for each line.
    Jsonl,
    /// A JSON document with a list of users, on its own or as `users`: exports of Firebase and Keycloak.
    Json,
    /// CSV (RFC 4180) with a header. Without a separator, the header tells it.
    Csv(Option<Separator>),
}

impl FileFormat {
    /// Reads all records, until `sink` wants no more. Fails if the file as a whole cannot be read, or has no record.
    pub fn read(self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), InputError> {
        let mut is_empty = true;
        let mut sink = |record| {
            is_empty = false;
            sink(record)
        };
        match self {
            Self::Jsonl => lines::read(input, &mut sink)?,
            Self::Json => document::read(input, &mut sink)?,
            Self::Csv(separator) => table::read(input, separator, &mut sink)?,
        }
        if is_empty {
            return Err(InputError::Empty);
        }
        Ok(())
    }
}
