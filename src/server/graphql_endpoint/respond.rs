//! The HTTP answer to a GraphQL request.

use async_graphql::ServerError;
use async_graphql_axum::GraphQLResponse;
use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::{
    execute::Answer,
    mask::mask,
    media_type::AnswerType,
    status::{Stage, retry_after, status},
};
use crate::platform::http::request_id::RequestId;

/// The answer to what was refused before anything ran: it has no data, not even null (GraphQL specification,
/// section 7.1).
#[derive(Serialize)]
struct Refusal<'a> {
    errors: &'a [ServerError],
}

impl Answer {
    /// The answer in the form of `answer_type`. Headers that resolvers set, such as cookies, go along.
    pub(super) fn respond(self, answer_type: AnswerType, request_id: &RequestId) -> Response {
        let Self {
            mut response,
            refused,
        } = self;
        let stage = match (&response.data, refused) {
            (_, true) => Stage::Refused,
            (async_graphql::Value::Null, false) => Stage::WithoutData,
            (_, false) => Stage::WithData,
        };
        let errors = mask(std::mem::take(&mut response.errors), request_id);
        let status = status(answer_type, stage, &errors);
        let retry_after = retry_after(&errors);
        let mut http = if refused {
            Json(Refusal { errors: &errors }).into_response()
        } else {
            response.errors = errors;
            GraphQLResponse::from(response).into_response()
        };
        *http.status_mut() = status;
        let headers = http.headers_mut();
        headers.insert(header::CONTENT_TYPE, answer_type.content_type());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        http
    }
}
