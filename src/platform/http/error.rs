//! HTTP errors in the shape of GraphQL errors: clients parse only one format.

use std::{borrow::Cow, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

use super::request_id::RequestId;
use crate::platform::{
    failure::whole_seconds,
    graphql::error::{OUTCOME_UNKNOWN, RequestErrorCode},
};

/// A request that is refused because it is malformed, or because the server cannot serve it now.
#[derive(Debug, Clone)]
pub struct HttpError {
    status: StatusCode,
    code: RequestErrorCode,
    message: Cow<'static, str>,
    headers: Vec<(HeaderName, HeaderValue)>,
    outcome_unknown: bool,
    reason: Option<&'static str>,
}

impl HttpError {
    /// An error with `message`, a sentence that is safe to publish.
    pub fn new(status: StatusCode, code: RequestErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            headers: Vec::new(),
            outcome_unknown: false,
            reason: None,
        }
    }

    /// 400: not a request that this route accepts.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, RequestErrorCode::BadRequest, message)
    }

    /// 404: no such path.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            RequestErrorCode::NotFound,
            "There is nothing at this address.",
        )
    }

    /// 405. The caller must add the `Allow` header; the router does so itself.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            RequestErrorCode::MethodNotAllowed,
            "This address does not accept this method. The `Allow` header lists those that it accepts.",
        )
    }

    /// 405 for an address that accepts only the methods in `allow`, separated by commas.
    pub fn allows_only(allow: &'static str) -> Self {
        Self::method_not_allowed().header(header::ALLOW, HeaderValue::from_static(allow))
    }

    /// 429 with the time until the next try.
    pub fn rate_limited(message: &'static str, retry_after: Duration) -> Self {
        let seconds = HeaderValue::from(whole_seconds(retry_after));
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            RequestErrorCode::RateLimited,
            message,
        )
        .header(header::RETRY_AFTER, seconds)
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The same error with an additional header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same error for a request whose change could have been made.
    #[must_use]
    pub fn outcome_unknown(self) -> Self {
        Self {
            outcome_unknown: true,
            ..self
        }
    }

    /// The same error with `extensions.reason`.
    #[must_use]
    pub fn reason(self, reason: &'static str) -> Self {
        Self {
            reason: Some(reason),
            ..self
        }
    }

    /// The same error, which also closes the connection, because the rest of the request is not read.
    #[must_use]
    pub fn closing(self) -> Self {
        self.header(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// The response. Its body contains the request id, so that the caller can quote it.
    pub fn respond(self, request_id: &RequestId) -> Response {
        let mut extensions = json!({ "code": self.code.as_str(), "requestId": request_id.as_str() });
        if let (true, Some(extensions)) = (self.outcome_unknown, extensions.as_object_mut()) {
            extensions.insert("outcome".to_owned(), OUTCOME_UNKNOWN.into());
        }
        if let (Some(reason), Some(extensions)) = (self.reason, extensions.as_object_mut()) {
            extensions.insert("reason".to_owned(), reason.into());
        }
        let body = json!({ "errors": [{ "message": self.message, "extensions": extensions }] });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers);
        response
    }
}
