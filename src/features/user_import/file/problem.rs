//! Why a file, or a record of it, cannot be read.

use std::{fmt, io};

/// Why a record cannot be read. Contains nothing of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// More than 64 KiB.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// Not a JSON object.
    NotJson,
    /// Two values have the same name.
    DuplicateName,
    /// An object that is neither a user nor has a list of users.
    NoUsers,
    /// Text before, between or after the users of a document.
    StrayText,
    /// More or fewer cells than the header has.
    ColumnCount,
    /// Text after the quotation mark that ends a cell.
    TextAfterQuote,
    /// A quotation mark that is never closed.
    OpenQuote,
    /// A carriage return without a line feed.
    CarriageReturn,
    /// The file ends within it.
    Incomplete,
    /// This value is not what is expected there.
    Value(&'static str),
    /// The other system does not let this user sign in.
    Disabled,
}

impl LineProblem {
    /// The code in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "RECORD_TOO_LONG",
            Self::NotUtf8 => "NOT_UTF8",
            Self::NotJson => "NOT_JSON",
            Self::DuplicateName => "DUPLICATE_NAME",
            Self::NoUsers => "NO_USERS",
            Self::StrayText => "STRAY_TEXT",
            Self::ColumnCount => "COLUMN_COUNT",
            Self::TextAfterQuote => "TEXT_AFTER_QUOTE",
            Self::OpenQuote => "OPEN_QUOTE",
            Self::CarriageReturn => "CARRIAGE_RETURN",
            Self::Incomplete => "INCOMPLETE",
            Self::Value(_) => "INVALID_VALUE",
            Self::Disabled => "ACCOUNT_DISABLED",
        }
    }

    /// What is wrong, for people.
    pub fn message(self) -> String {
        let message = match self {
            Self::Value(field) => return format!("The value of {field} is not of the expected kind."),
            Self::TooLong => {
                "The record has more than 64 KiB. In CSV, a quotation mark may be open; in a JSON document, the list \
                 of users may have another name than `users`."
            }
            Self::NotUtf8 => "The text is not UTF-8. Export the file as UTF-8.",
            Self::NotJson => "The record is not a JSON object.",
            Self::DuplicateName => {
                "Two values have the same name; capitals and punctuation in names do not count. Remove or rename \
                 one of them."
            }
            Self::NoUsers => {
                "The object has neither an address nor a list `users`. Name the list of users `users`, or write \
                 that list alone."
            }
            Self::StrayText => {
                "There is text that belongs to no user. Remove it, and check that no user is missing."
            }
            Self::ColumnCount => "The record has more or fewer cells than the header.",
            Self::TextAfterQuote => {
                "There is text after the quotation mark that ends a cell. Write each quotation mark in a quoted \
                 cell twice."
            }
            Self::OpenQuote => {
                "A quotation mark in this record is never closed, so the rest of the file belongs to the record. \
                 Close it, and import the file again."
            }
            Self::CarriageReturn => {
                "There is a carriage return without a line feed. End lines with a line feed; \
                 `tr '\\r' '\\n'` converts a file."
            }
            Self::Incomplete => "The file ends within the record.",
            Self::Disabled => {
                "The account is disabled in the other system, so it is not imported as an active one."
            }
        };
        message.to_owned()
    }
}

/// Why the file as a whole cannot be read. Prints as one line.
#[derive(Debug)]
pub enum InputError {
    /// Reading failed.
    Io(io::Error),
    /// The header of CSV cannot be read.
    Header(LineProblem),
    /// The header has no column for the address.
    NoEmailColumn,
    /// The file has no record.
    Empty,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot read the file: {error}"),
            Self::Header(problem) => {
                write!(f, "the header of the file cannot be used: {}", problem.message())
            }
            Self::NoEmailColumn => {
                f.write_str("the first line of the file is no header with a column `email`")
            }
            Self::Empty => f.write_str("the file has no users: check that it is the right one, and complete"),
        }
    }
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
