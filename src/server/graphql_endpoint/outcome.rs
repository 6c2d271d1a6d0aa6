//! Telling truly what is not known: whether a change was made.

use async_graphql::{ServerError, Value};

use crate::platform::graphql::error::{OUTCOME_UNKNOWN, RequestErrorCode};

/// Marks what failed below a mutation, when the mutation itself had come to its end: the change may well have been made,
/// and only what was selected of the result could not be loaded.
pub(super) fn mark_unknown_outcomes(errors: &mut [ServerError]) {
    for error in errors {
        if error.path.len() > 1 && is_unavailable(error) {
            set_unknown(error);
        }
    }
}

/// Says of an error that it is not known whether the change was made.
pub(super) fn set_unknown(error: &mut ServerError) {
    error
        .extensions
        .get_or_insert_default()
        .set("outcome", OUTCOME_UNKNOWN);
}

fn is_unavailable(error: &ServerError) -> bool {
    let code = error
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get("code"));
    matches!(code, Some(Value::String(code)) if code == RequestErrorCode::ServiceUnavailable.as_str())
}
