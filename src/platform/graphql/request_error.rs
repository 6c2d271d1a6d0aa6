//! Errors about the request itself, found before anything runs.

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use super::{error::RequestErrorCode, prescan::Refusal};

/// An error with a code and, when one is known, a place in the document.
pub fn request_error(code: RequestErrorCode, message: impl Into<String>, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, at);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.as_str());
    error.extensions = Some(extensions);
    error
}

impl From<Refusal> for ServerError {
    fn from(refusal: Refusal) -> Self {
        let exceeded = RequestErrorCode::QueryLimitExceeded;
        match refusal {
            Refusal::TooLong(limit) => {
                request_error(exceeded, format!("The query is longer than {limit} bytes."), None)
            }
            Refusal::TooManyTokens(limit, at) => request_error(
                exceeded,
                format!("The query has more than {limit} tokens."),
                Some(at),
            ),
            Refusal::NestedTooDeep(limit, at) => request_error(
                exceeded,
                format!("The query nests more than {limit} brackets."),
                Some(at),
            ),
            Refusal::TooManySpreads(limit, at) => request_error(
                exceeded,
                format!("The query spreads more than {limit} fragments."),
                Some(at),
            ),
            Refusal::UnterminatedString(at) => request_error(
                RequestErrorCode::GraphqlParseFailed,
                "A string that begins here has no end.",
                Some(at),
            ),
            // The text itself is not quoted: a secret may stand in it.
            Refusal::Malformed(at) => request_error(
                RequestErrorCode::GraphqlParseFailed,
                format!(
                    "The document is not valid GraphQL at line {}, column {}.",
                    at.line, at.column
                ),
                Some(at),
            ),
            Refusal::Invalid(message, at) => {
                request_error(RequestErrorCode::GraphqlValidationFailed, message, Some(at))
            }
        }
    }
}
