//! Errors as clients get them: each has a code, none contains a secret, number and size are limited.

use std::sync::Arc;

use async_graphql::{PathSegment, ServerError};

use super::status::has_code;
use crate::platform::{
    failure::Fault,
    graphql::{error::RequestErrorCode, request_error::request_error},
    http::request_id::RequestId,
};

/// Maximum number of errors in one response.
const MAX_ERRORS: usize = 10;
/// Maximum size of all errors in one response, in bytes.
const MAX_BYTES: usize = 8 * 1024;
/// Maximum length of one message, in characters.
const MAX_MESSAGE: usize = 1_000;

/// Gives every error a code and every fault the request's id, logs faults, and limits the number of errors.
pub(super) fn mask(errors: Vec<ServerError>, request_id: &RequestId) -> Vec<ServerError> {
    let mut logged = 0;
    let coded = errors.into_iter().map(|error| {
        let mut error = with_code(error);
        if has_code(&error, RequestErrorCode::InternalServerError) {
            if logged < MAX_ERRORS {
                log(&error, request_id);
                logged += 1;
            }
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("requestId", request_id.as_str());
        }
        error
    });
    // Collect first: a fault is logged even if its error exceeds the limit.
    within_size(coded.collect::<Vec<_>>().into_iter().take(MAX_ERRORS))
}

/// A fault outside any resolver.
pub(super) fn fault(doing: &'static str, cause: &'static str) -> ServerError {
    let mut error = internal();
    error.source = Some(Arc::new(Fault::new(doing, cause)));
    error
}

/// Errors from our resolvers have a code. The others come from the library, or from a mistake in a resolver.
fn with_code(error: ServerError) -> ServerError {
    if error
        .extensions
        .as_ref()
        .is_some_and(|it| it.get("code").is_some())
    {
        return error;
    }
    let input = ["Failed to parse \"", "Expected input type \""];
    let masked = if let Some(rest) = input.iter().find_map(|prefix| error.message.strip_prefix(prefix)) {
        // The text after the type's name quotes the value.
        let ty = rest.split('"').next().unwrap_or_default();
        request_error(
            RequestErrorCode::BadUserInput,
            format!("An argument is not a valid `{ty}`."),
            None,
        )
    } else {
        let mut masked = internal();
        let cause = error.message.chars().take(MAX_MESSAGE).collect::<String>();
        masked.source = error
            .source
            .or_else(|| Some(Arc::new(Fault::new("resolve a field", cause))));
        masked
    };
    ServerError {
        path: error.path,
        locations: error.locations,
        ..masked
    }
}

fn internal() -> ServerError {
    request_error(
        RequestErrorCode::InternalServerError,
        "Something went wrong on our side.",
        None,
    )
}

fn log(error: &ServerError, request_id: &RequestId) {
    let path = error.path.iter().map(|segment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    });
    let path = path.collect::<Vec<_>>().join(".");
    let cause = error
        .source::<Fault>()
        .map_or_else(|| "unknown".to_owned(), Fault::chain);
    tracing::error!(%request_id, path, cause, "a request failed with a fault");
}

/// As many of `errors` as fit, but at least one.
fn within_size(errors: impl Iterator<Item = ServerError>) -> Vec<ServerError> {
    let mut kept = Vec::new();
    let mut bytes = 0;
    for mut error in errors {
        if error.message.chars().nth(MAX_MESSAGE).is_some() {
            error.message = error.message.chars().take(MAX_MESSAGE).chain(['…']).collect();
        }
        let mut size = size(&error);
        if kept.is_empty() && size > MAX_BYTES {
            // Only a path of aliases can be this long.
            error.path.clear();
            size = self::size(&error);
        }
        bytes += size;
        if bytes > MAX_BYTES && !kept.is_empty() {
            break;
        }
        kept.push(error);
    }
    kept
}

fn size(error: &ServerError) -> usize {
    serde_json::to_vec(error).map_or(MAX_BYTES, |json| json.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{clock::SystemClock, rng::SystemRng};

    fn mask_one(error: ServerError) -> serde_json::Value {
        let masked = mask(vec![error], &RequestId::new(&SystemClock, &SystemRng));
        serde_json::to_value(&masked[0]).unwrap()
    }

    #[test]
    fn errors_without_a_code_become_faults() {
        let masked = mask_one(ServerError::new("UNIQUE constraint failed: users.email", None));
        assert_eq!(masked["message"], "Something went wrong on our side.");
        assert_eq!(masked["extensions"]["code"], "INTERNAL_SERVER_ERROR");
        assert_eq!(masked["extensions"]["requestId"].as_str().unwrap().len(), 32);
    }

    #[test]
    fn arguments_that_do_not_parse_are_the_callers_and_not_quoted() {
        for message in [
            r#"Failed to parse "DateTime": hunter2 is no instant"#,
            r#"Expected input type "DateTime", found "hunter2"."#,
        ] {
            let masked = mask_one(ServerError::new(message, None));
            assert_eq!(masked["message"], "An argument is not a valid `DateTime`.");
            assert_eq!(masked["extensions"]["code"], "BAD_USER_INPUT");
        }
    }

    #[test]
    fn errors_are_few_and_small() {
        let id = RequestId::new(&SystemClock, &SystemRng);
        let error = |length| request_error(RequestErrorCode::BadUserInput, "é".repeat(length), None);
        assert_eq!(mask(vec![error(1); 50], &id).len(), 10);
        let many = mask(vec![error(2_000); 10], &id);
        assert!(
            serde_json::to_vec(&many).unwrap().len() <= MAX_BYTES + 20,
            "{many:?}"
        );
        assert!(!many.is_empty());
        let mut long = error(1);
        long.path = vec![PathSegment::Field("a".repeat(10_000))];
        let masked = mask(vec![long], &id);
        assert!(serde_json::to_vec(&masked).unwrap().len() < MAX_BYTES);
    }
}
