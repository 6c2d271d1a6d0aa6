//! Why a file, or a record of it, cannot be read.

use std::io;

/// Why a record cannot be read. Contains nothing of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// More than 64 KiB.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// Not a JSON object.
    NotJson,
    /// More or fewer cells than the header has.
    ColumnCount,
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
            Self::ColumnCount => "COLUMN_COUNT",
            Self::Incomplete => "INCOMPLETE",
            Self::Value(_) => "INVALID_VALUE",
            Self::Disabled => "ACCOUNT_DISABLED",
        }
    }

    /// What is wrong, for people.
    pub fn message(self) -> String {
        match self {
            Self::TooLong => {
                "The record has more than 64 KiB. In CSV, a quotation mark may be open.".to_owned()
            }
            Self::NotUtf8 => "The text is not UTF-8.".to_owned(),
            Self::NotJson => "The record is not a JSON object.".to_owned(),
            Self::ColumnCount => "The record has more or fewer cells than the header.".to_owned(),
            Self::Incomplete => "The file ends within the record.".to_owned(),
            Self::Value(field) => format!("The value of {field} is not of the expected kind."),
            Self::Disabled => {
                "The account is disabled in the other system, so it is not imported as an active one."
                    .to_owned()
            }
        }
    }
}

/// Why the file as a whole cannot be read.
#[derive(Debug)]
pub enum InputError {
    /// Reading failed.
    Io(io::Error),
    /// The header has no column for the address.
    NoEmailColumn,
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
