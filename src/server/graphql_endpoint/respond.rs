//! The HTTP response to a GraphQL request.

use async_graphql::{Response as GraphqlResponse, ServerError};
use async_graphql_axum::GraphQLResponse;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::{
    bounded_json::bounded_json,
    execute::Answer,
    mask::{fault, mask},
    media_type::AnswerType,
    outcome::set_unknown,
    status::{AnswerKind, retry_after, status},
};
use crate::platform::{
    graphql::{error::RequestErrorCode, request_error::request_error},
    http::request_id::RequestId,
};

/// The response to a request that was refused before anything ran: it has no data, not even null (GraphQL
/// specification, section 7.1).
#[derive(Serialize)]
struct ErrorsOnly<'a> {
    errors: &'a [ServerError],
}

impl Answer {
    /// The response in the form of `answer_type`; at most `max_bytes` if it has data. Headers that resolvers set, such
    /// as cookies, are always sent.
    pub(super) fn respond(
        self,
        answer_type: AnswerType,
        request_id: &RequestId,
        max_bytes: usize,
        may_have_changed: bool,
    ) -> Response {
        let Self {
            mut response,
            refused,
            turn: _turn,
        } = self;
        response.errors = mask(std::mem::take(&mut response.errors), request_id);
        let written = if refused {
            let errors = &response.errors;
            bounded_json(&ErrorsOnly { errors }, usize::MAX)
        } else {
            bounded_json(&response, max_bytes)
        };
        let body = match written {
            Ok(Some(body)) => body,
            Ok(None) => without_data(&mut response, too_large(max_bytes, may_have_changed)),
            Err(_) => {
                let error = fault("write a response", "it cannot be written as JSON");
                let errors = mask(vec![error], request_id);
                errors
                    .into_iter()
                    .next()
                    .map_or_else(Vec::new, |error| without_data(&mut response, error))
            }
        };
        let kind = match (&response.data, refused) {
            (_, true) => AnswerKind::Refused,
            (async_graphql::Value::Null, false) => AnswerKind::WithoutData,
            (_, false) => AnswerKind::WithData,
        };
        // The library would write the whole text whatever its size, so it writes only the headers.
        let mut empty = GraphqlResponse::default();
        empty.http_headers = std::mem::take(&mut response.http_headers);
        let mut http = GraphQLResponse::from(empty).into_response();
        *http.body_mut() = Body::from(body);
        *http.status_mut() = status(answer_type, kind, &response.errors);
        let headers = http.headers_mut();
        headers.insert(header::CONTENT_TYPE, answer_type.content_type());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after(&response.errors) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        http
    }
}

/// Replaces data and errors of `response` by `error`, keeps its headers, and returns its text.
fn without_data(response: &mut GraphqlResponse, error: ServerError) -> Vec<u8> {
    response.data = async_graphql::Value::Null;
    response.extensions.clear();
    response.errors = vec![error];
    serde_json::to_vec(response).unwrap_or_default()
}

/// The operation has run; only its response is withheld. The client cannot know the outcome of a mutation.
fn too_large(max_bytes: usize, may_have_changed: bool) -> ServerError {
    let advice = if may_have_changed {
        "The change may have been made: check before you try again, and select less."
    } else {
        "Ask for smaller pages, or for fewer fields."
    };
    let mut error = request_error(
        RequestErrorCode::QueryLimitExceeded,
        format!("The response would have more than {max_bytes} bytes. {advice}"),
        None,
    );
    if may_have_changed {
        set_unknown(&mut error);
    }
    error
}
