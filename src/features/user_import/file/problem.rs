//! Why a file, or a record of it, cannot be read.

use std::{fmt, io};

use super::names::{CLOSED_STATUS, OPEN_STATUS, listed, shown};

/// Why a record cannot be read. Contains nothing of the record but names, and the word of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineProblem {
    /// More than 64 KiB.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// Not a JSON object.
    NotJson,
    /// Two values have this name.
    DuplicateName(String),
    /// These two mean the same and have different values.
    Ambiguous(String, String),
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
    /// The value with this name is not what is expected there.
    Value(String),
    /// The value with this name says whether the user may sign in, in an unknown word.
    Status(String, String),
    /// The other system does not let this user sign in.
    Disabled,
}

/// What messages have instead of a text that may be more than a name.
const HIDDEN: &str = "(not shown)";

fn shown_or_hidden(text: &str) -> String {
    shown(text).unwrap_or_else(|| HIDDEN.to_owned())
}

impl LineProblem {
    pub(super) fn value(name: &str) -> Self {
        Self::Value(shown_or_hidden(name))
    }

    pub(super) fn duplicate(name: &str) -> Self {
        Self::DuplicateName(shown_or_hidden(name))
    }

    pub(super) fn ambiguous(one: &str, other: &str) -> Self {
        let [one, other] = [one, other].map(shown_or_hidden);
        Self::Ambiguous(one, other)
    }

    pub(super) fn status(name: &str, value: &str) -> Self {
        let [name, value] = [name, value].map(shown_or_hidden);
        Self::Status(name, value)
    }

    /// The code in reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "RECORD_TOO_LONG",
            Self::NotUtf8 => "NOT_UTF8",
            Self::NotJson => "NOT_JSON",
            Self::DuplicateName(_) => "DUPLICATE_NAME",
            Self::Ambiguous(..) => "AMBIGUOUS_VALUE",
            Self::NoUsers => "NO_USERS",
            Self::StrayText => "STRAY_TEXT",
            Self::ColumnCount => "COLUMN_COUNT",
            Self::TextAfterQuote => "TEXT_AFTER_QUOTE",
            Self::OpenQuote => "OPEN_QUOTE",
            Self::CarriageReturn => "CARRIAGE_RETURN",
            Self::Incomplete => "INCOMPLETE",
            Self::Value(_) | Self::Status(..) => "INVALID_VALUE",
            Self::Disabled => "ACCOUNT_DISABLED",
        }
    }

    /// The names and values in translated texts.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::DuplicateName(name) | Self::Value(name) => vec![("name", name.clone())],
            Self::Ambiguous(one, other) => vec![("name", one.clone()), ("other", other.clone())],
            Self::Status(name, value) => vec![
                ("name", name.clone()),
                ("value", value.clone()),
                ("open", OPEN_STATUS.join(", ")),
                ("closed", CLOSED_STATUS.join(", ")),
            ],
            _ => Vec::new(),
        }
    }

    /// What is wrong, for people.
    pub fn message(&self) -> String {
        let message = match self {
            Self::Value(name) => return format!("The value of {name} is not of the expected kind."),
            Self::Status(name, value) => {
                return format!(
                    "The value of {name} is `{value}`, which says neither that the account is open ({}) nor that it is \
                     closed ({}). Write one of these words, or leave {name} out if it means something else.",
                    OPEN_STATUS.join(", "),
                    CLOSED_STATUS.join(", ")
                );
            }
            Self::DuplicateName(name) => {
                return format!(
                    "Two values have the same name, {name}; capitals and punctuation in names do not count. Remove or \
                     rename one of them."
                );
            }
            Self::Ambiguous(one, other) => {
                return format!(
                    "{one} and {other} mean the same and have different values. Remove or rename one of them."
                );
            }
            Self::TooLong => {
                "The record has more than 64 KiB. In CSV, a quotation mark may be open; in a JSON document, the list \
                 of users may have another name than `users`."
            }
            Self::NotUtf8 => "The text is not UTF-8. Export the file as UTF-8.",
            Self::NotJson => "The record is not a JSON object.",
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
    /// The header has no column for the address: how it was read, and its columns.
    NoEmailColumn(&'static str, Vec<String>),
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
            Self::NoEmailColumn(separator, columns) => {
                let names = listed(columns.iter().map(String::as_str));
                let names = if names.is_empty() {
                    "none that could be a name"
                } else {
                    &names
                };
                write!(
                    f,
                    "the first line of the file is no header with a column `email`: it was read with {separator} between \
                     the columns, and these are {names}; add a header, rename the column, or say --separator"
                )
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
