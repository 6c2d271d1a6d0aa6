//! Errors in the request itself, found before execution.

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use super::error::RequestErrorCode;

/// An error with a code and, if known, a position in the document.
pub fn request_error(code: RequestErrorCode, message: impl Into<String>, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, at);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.as_str());
    error.extensions = Some(extensions);
    error
}
