//! Answers that a provider should not give.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::header::{CONTENT_TYPE, LOCATION},
    response::Response,
};
use futures_util::stream;
use serde_json::Value;

/// What a provider does instead of answering.
#[derive(Debug, Clone)]
pub(crate) enum Misbehavior {
    /// Answers with this status, and JSON without content.
    Status(u16),
    /// Answers with this status and this JSON.
    Json(u16, Value),
    /// Answers with this text, though with the type of JSON.
    Text(String),
    /// Sends the client elsewhere.
    Redirect(String),
    /// Sends 10 MB.
    Huge,
    /// Sends a byte from time to time, for ever.
    Trickle,
    /// Says nothing, for ever.
    Silence,
}

impl Misbehavior {
    pub(super) async fn response(self) -> Response {
        let answer = |status: u16, body: Body| {
            let builder = Response::builder().status(status);
            builder
                .header(CONTENT_TYPE, "application/json")
                .body(body)
                .unwrap()
        };
        match self {
            Self::Status(status) => answer(status, Body::from("{}")),
            Self::Json(status, value) => answer(status, Body::from(value.to_string())),
            Self::Text(text) => answer(200, Body::from(text)),
            Self::Redirect(to) => {
                let mut response = answer(302, Body::empty());
                response.headers_mut().insert(LOCATION, to.parse().unwrap());
                response
            }
            Self::Huge => answer(200, Body::from(vec![b' '; 10_000_000])),
            Self::Trickle => {
                let bytes = stream::unfold((), async |()| {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
                });
                answer(200, Body::from_stream(Box::pin(bytes)))
            }
            Self::Silence => std::future::pending().await,
        }
    }
}
