//! The HTTP answer to a GraphQL request.

use async_graphql::{ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use serde::Serialize;

use super::{
    execute::Answer,
    mask::{fault, mask},
    media_type::AnswerType,
    status::{Stage, retry_after, status},
};
use crate::platform::http::request_id::RequestId;

/// GraphQL specification, section 7.1.
#[derive(Serialize)]
struct AnswerBody<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    /// Missing when nothing ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
}

impl Answer {
    /// The answer in the form of `answer_type`. Headers that resolvers set, such as cookies, go along.
    pub(super) fn respond(self, answer_type: AnswerType, request_id: &RequestId) -> Response {
        let Self { response, refused } = self;
        let stage = match (&response.data, refused) {
            (_, true) => Stage::Refused,
            (Value::Null, false) => Stage::WithoutData,
            (_, false) => Stage::WithData,
        };
        let errors = mask(response.errors, request_id);
        let body = AnswerBody {
            errors: &errors,
            data: (!refused).then_some(&response.data),
        };
        let body = match serde_json::to_vec(&body) {
            Ok(body) => body,
            Err(_) if stage == Stage::WithoutData => b"{\"data\":null}".to_vec(),
            Err(_) => return unwritable().respond(answer_type, request_id),
        };
        let mut http = Response::new(Body::from(body));
        *http.status_mut() = status(answer_type, stage, &errors);
        let headers = http.headers_mut();
        headers.extend(response.http_headers);
        headers.insert(header::CONTENT_TYPE, answer_type.content_type());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after(&errors) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        http
    }
}

/// Stands in for data that has no form in JSON.
fn unwritable() -> Answer {
    Answer {
        response: async_graphql::Response::from_errors(vec![fault(
            "write the answer",
            "it has no form in JSON",
        )]),
        refused: false,
    }
}
