//! The status table: the HTTP status of the response to a well-formed GraphQL request.
//!
//! "GraphQL over HTTP", section 6.4, with the numbers that the published `graphql-http` audits expect.

use async_graphql::{ServerError, Value};
use axum::http::StatusCode;

use super::media_type::AnswerType;
use crate::platform::graphql::error::RequestErrorCode;

/// How far a request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerKind {
    /// Refused before anything ran.
    Refused,
    /// It ran, and its data is null.
    WithoutData,
    /// It ran, and has data, if only in part.
    WithData,
}

/// The status of an answer of the type `answer_type` with `errors`.
pub(super) fn status(answer_type: AnswerType, kind: AnswerKind, errors: &[ServerError]) -> StatusCode {
    let any = |code| errors.iter().any(|error| has_code(error, code));
    match (answer_type, kind) {
        // Nothing was done, and a foreign page must get a refusal on every level, whatever type it accepts.
        (_, AnswerKind::WithoutData) if any(RequestErrorCode::CsrfBlocked) => StatusCode::FORBIDDEN,
        (AnswerType::Json, _) | (AnswerType::GraphqlResponse, AnswerKind::WithData) => StatusCode::OK,
        (AnswerType::GraphqlResponse, AnswerKind::Refused) => StatusCode::BAD_REQUEST,
        (AnswerType::GraphqlResponse, AnswerKind::WithoutData) => {
            if any(RequestErrorCode::RateLimited) {
                StatusCode::TOO_MANY_REQUESTS
            } else if any(RequestErrorCode::ServiceUnavailable) {
                StatusCode::SERVICE_UNAVAILABLE
            } else if any(RequestErrorCode::InternalServerError) {
                StatusCode::INTERNAL_SERVER_ERROR
            } else {
                StatusCode::OK
            }
        }
    }
}

/// Seconds for `Retry-After`: the longest that any error has.
pub(super) fn retry_after(errors: &[ServerError]) -> Option<u64> {
    let seconds =
        errors.iter().filter_map(
            |error| match error.extensions.as_ref()?.get("retryAfterSeconds")? {
                Value::Number(seconds) => seconds.as_u64(),
                _ => None,
            },
        );
    seconds.max()
}

/// Whether `error` has `code`.
pub(super) fn has_code(error: &ServerError, code: RequestErrorCode) -> bool {
    let extensions = error.extensions.as_ref();
    matches!(extensions.and_then(|it| it.get("code")), Some(Value::String(it)) if it == code.as_str())
}
