//! The records of a file.

use super::{fields::Fields, problem::LineProblem};

/// Maximum length of a record, in bytes: many times what a user takes.
pub const MAX_RECORD: usize = 64 * 1024;

/// A user of the file, or why there is none.
pub struct Record {
    /// The line at which it begins, from 1.
    pub line: u64,
    /// The values by name.
    pub content: Result<Fields, LineProblem>,
}

/// Takes what is read. Returns false when nobody wants more.
pub(super) type Sink<'a> = dyn FnMut(Record) -> bool + 'a;
