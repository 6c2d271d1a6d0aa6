//! Marks errors of mutations that may have been committed.

use async_graphql::{
    PathSegment, ServerError, Value,
    parser::types::{OperationDefinition, Selection},
};

use crate::platform::graphql::error::{OUTCOME_UNKNOWN, RequestErrorCode};

/// Marks failures after something may have been committed: below a completed mutation, if only the selected fields of
/// its result could not be loaded; and at a mutation that is not the first of its document, since its error nulls the
/// results of the others.
pub(super) fn mark_unknown_outcomes(errors: &mut [ServerError], first: Option<&str>) {
    for error in errors {
        let is_first = match error.path.first() {
            Some(PathSegment::Field(key)) => Some(key.as_str()) == first,
            _ => false,
        };
        if !(is_first && error.path.len() == 1) && is_unavailable(error) {
            set_unknown(error);
        }
    }
}

/// The response key of the field that runs first; none if the first selection is a fragment.
pub(super) fn first_field(operation: &OperationDefinition) -> Option<String> {
    let first = operation.selection_set.node.items.first()?;
    match &first.node {
        Selection::Field(field) => Some(field.node.response_key().node.to_string()),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    }
}

/// Marks an error: it is not known whether the change was made.
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
