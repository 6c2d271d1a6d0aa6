//! Refuses a response to a client that leaves too many unread.

use std::net::IpAddr;

use axum::{
    body::HttpBody as _,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use super::listen::UnsentAnswers;
use crate::platform::{
    graphql::error::RequestErrorCode,
    http::{error::HttpError, request_id::RequestId},
};

/// Headers about the body of a response, or about its caching.
const BODY_HEADERS: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::CACHE_CONTROL,
    header::ETAG,
    header::LAST_MODIFIED,
];

/// The response, or a refusal if too much already waits for its client's network, or for all clients. Keeps the cookies
/// that a change has set.
pub(super) fn refuse_if_too_many(
    response: Response,
    unsent: &UnsentAnswers,
    client: Option<IpAddr>,
    id: &RequestId,
    may_change: bool,
) -> Response {
    let bytes = usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX);
    if unsent.admit(client, bytes) {
        return response;
    }
    let error = HttpError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        RequestErrorCode::ServiceUnavailable,
        "Too many responses wait to be read. Read those that you have requested, and try again.",
    )
    .header(header::RETRY_AFTER, HeaderValue::from_static("5"));
    let error = if may_change {
        error.outcome_unknown()
    } else {
        error
    };
    let mut refusal = error.respond(id);
    // Keep everything that is not about the body: cookies, and what lets a page of another origin read the refusal.
    let (mut head, _) = response.into_parts();
    for name in BODY_HEADERS {
        head.headers.remove(name);
    }
    head.headers.extend(std::mem::take(refusal.headers_mut()));
    *refusal.headers_mut() = head.headers;
    refusal
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::to_bytes;
    use serde_json::Value;

    use super::*;
    use crate::{
        platform::{clock::SystemClock, rng::SystemRng},
        server::listen::AnswerBudget,
    };

    const LARGE: usize = 100_000;

    fn answer() -> Response {
        Response::builder()
            .header(header::CONTENT_TYPE, "text/html")
            .header(header::ETAG, "\"one\"")
            .header(header::SET_COOKIE, "a=b")
            .header(header::VARY, "origin")
            .body("x".repeat(LARGE).into())
            .unwrap()
    }

    #[tokio::test]
    async fn who_reads_nothing_is_told_to_read_and_keeps_what_was_set() {
        let budget = Arc::new(AnswerBudget::new(LARGE, 10 * LARGE));
        let client = Some([192, 0, 2, 1].into());
        let id = RequestId::new(&SystemClock, &SystemRng);
        let unsent = budget.connection();
        assert_eq!(
            refuse_if_too_many(answer(), &unsent, client, &id, true).status(),
            StatusCode::OK
        );
        let other = budget.connection();
        for (may_change, outcome) in [(false, Value::Null), (true, "UNKNOWN".into())] {
            let refused = refuse_if_too_many(answer(), &other, client, &id, may_change);
            assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
            let headers = refused.headers();
            assert_eq!(headers[header::RETRY_AFTER], "5");
            assert_eq!(headers[header::SET_COOKIE], "a=b");
            assert_eq!(headers[header::VARY], "origin");
            assert!(!headers.contains_key(header::ETAG));
            let body = to_bytes(refused.into_body(), LARGE).await.unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            let extensions = &body["errors"][0]["extensions"];
            assert_eq!(extensions["code"], "SERVICE_UNAVAILABLE");
            assert_eq!(extensions["outcome"], outcome);
        }
        drop(unsent);
        assert_eq!(
            refuse_if_too_many(answer(), &other, client, &id, false).status(),
            StatusCode::OK
        );
    }
}
