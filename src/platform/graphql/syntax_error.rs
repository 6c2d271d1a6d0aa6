//! Why a document is refused before validation.

use async_graphql::{Pos, ServerError};

use super::{error::RequestErrorCode, request_error::request_error};

/// Why a text is refused before validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxError {
    /// Longer than this many bytes.
    TooLong(usize),
    /// More tokens than this.
    TooManyTokens(usize, Pos),
    /// Brackets nested deeper than this.
    NestedTooDeep(usize, Pos),
    /// Fragments spread, named or inline, more often than this.
    TooManySpreads(usize, Pos),
    /// The string that starts here is not terminated.
    UnterminatedString(Pos),
    /// The token that starts here is not allowed here.
    Malformed(Pos),
    /// Well-formed, but violates a rule of the specification, as the message says.
    Invalid(&'static str, Pos),
}

impl From<SyntaxError> for ServerError {
    fn from(refusal: SyntaxError) -> Self {
        let exceeded = RequestErrorCode::QueryLimitExceeded;
        match refusal {
            SyntaxError::TooLong(limit) => {
                request_error(exceeded, format!("The query is longer than {limit} bytes."), None)
            }
            SyntaxError::TooManyTokens(limit, at) => request_error(
                exceeded,
                format!("The query has more than {limit} tokens."),
                Some(at),
            ),
            SyntaxError::NestedTooDeep(limit, at) => request_error(
                exceeded,
                format!("The query nests more than {limit} brackets."),
                Some(at),
            ),
            SyntaxError::TooManySpreads(limit, at) => request_error(
                exceeded,
                format!("The query spreads more than {limit} fragments."),
                Some(at),
            ),
            SyntaxError::UnterminatedString(at) => request_error(
                RequestErrorCode::GraphqlParseFailed,
                "The string that starts here is not terminated.",
                Some(at),
            ),
            // Does not quote the text: it can contain a secret.
            SyntaxError::Malformed(at) => request_error(
                RequestErrorCode::GraphqlParseFailed,
                format!(
                    "The document is not valid GraphQL at line {}, column {}.",
                    at.line, at.column
                ),
                Some(at),
            ),
            SyntaxError::Invalid(message, at) => {
                request_error(RequestErrorCode::GraphqlValidationFailed, message, Some(at))
            }
        }
    }
}
