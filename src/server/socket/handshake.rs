//! From an HTTP request to a WebSocket (RFC 6455, section 4).

use std::sync::Arc;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tracing::Instrument as _;

use super::{
    super::{listen::Upgrade, schema::Endpoint},
    conversation::PendingSocket,
    limits::SocketLimits,
    open_sockets::OpenSockets,
};
use crate::{
    context::App,
    platform::{
        graphql::error::RequestErrorCode,
        http::{
            client::Client, error::HttpError, field_value::members, page_origin::PageOrigin,
            request_auth::RequestAuth, request_id::RequestId,
        },
    },
};

/// The only sub-protocol. Its predecessor, which calls itself `graphql-ws`, has no acknowledged handshake.
const PROTOCOL: &str = "graphql-transport-ws";

/// Seconds after which a client may try again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// What sockets need besides their request.
#[derive(Debug, Clone)]
pub struct Sockets {
    pub(in crate::server) endpoint: Endpoint,
    pub(in crate::server) limits: SocketLimits,
    pub(in crate::server) open: Arc<OpenSockets>,
}

/// Whether a request asks for a WebSocket.
pub fn is_handshake(request: &Request) -> bool {
    request.method() == Method::GET && lists(request.headers(), &header::UPGRADE, "websocket")
}

/// Answers a request for a WebSocket. A page of a foreign origin is refused: browsers send cookies with the handshake,
/// whatever page caused it, and do not keep that page from reading.
pub fn accept(app: Arc<App>, sockets: Sockets, client: Client, id: &RequestId, request: Request) -> Response {
    let (head, _) = request.into_parts();
    upgrade(app, sockets, client, id, &head).unwrap_or_else(|error| error.respond(id))
}

fn upgrade(
    app: Arc<App>,
    sockets: Sockets,
    client: Client,
    id: &RequestId,
    head: &Parts,
) -> Result<Response, HttpError> {
    if sockets.open.is_off() {
        let message = "Subscriptions are switched off on this server.";
        return Err(HttpError::new(
            StatusCode::NOT_FOUND,
            RequestErrorCode::NotFound,
            message,
        ));
    }
    // As strict as for a POST: cookies need a page of a trusted origin.
    let auth = RequestAuth::read(&Method::POST, &head.headers, &app.config)?;
    if auth.browser.page == PageOrigin::Foreign {
        let message = "Open the socket from a page of this server, or of an origin in `cors_origins`.";
        return Err(HttpError::new(
            StatusCode::FORBIDDEN,
            RequestErrorCode::CsrfBlocked,
            message,
        ));
    }
    if !lists(&head.headers, &header::SEC_WEBSOCKET_PROTOCOL, PROTOCOL) {
        let message = format!("Offer the sub-protocol `{PROTOCOL}`.");
        return Err(HttpError::bad_request(message));
    }
    let mut request = axum::http::Request::new(());
    (*request.method_mut(), *request.version_mut()) = (head.method.clone(), head.version);
    *request.headers_mut() = head.headers.clone();
    let mut response = create_response(&request)
        .map_err(|_| {
            let version = HeaderValue::from_static("13");
            HttpError::bad_request("This is not a WebSocket handshake of version 13.")
                .header(header::SEC_WEBSOCKET_VERSION, version)
        })?
        .map(|()| Body::empty());
    if !is_plain(&head.headers) {
        let message = "Send a handshake without a body, and a Sec-WebSocket-Key of 16 bytes in base64.";
        return Err(HttpError::bad_request(message));
    }
    let Some(permit) = sockets.open.admit(client.address) else {
        let (status, code) = (
            StatusCode::SERVICE_UNAVAILABLE,
            RequestErrorCode::ServiceUnavailable,
        );
        let message = "Too many sockets are open. Close some, or try again later.";
        return Err(HttpError::new(status, code, message).header(header::RETRY_AFTER, RETRY_AFTER));
    };
    let conversation = PendingSocket {
        app,
        endpoint: sockets.endpoint,
        limits: sockets.limits,
        client,
        request_id: id.clone(),
        auth,
        permit,
    };
    let span = tracing::Span::current();
    let upgrade = Upgrade::new(move |stream, read, end_signal| {
        conversation.run(stream, read, end_signal).instrument(span)
    });
    response
        .headers_mut()
        .insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    response.extensions_mut().insert(upgrade);
    Ok(response)
}

/// Whether a handshake has no body, which would be read as frames, and a key as RFC 6455, section 4.2.1, wants it.
fn is_plain(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    let key = headers.get(header::SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes);
    length.is_none_or(|length| length == "0")
        && !headers.contains_key(header::TRANSFER_ENCODING)
        && key
            .and_then(|key| STANDARD.decode(key).ok())
            .is_some_and(|key| key.len() == 16)
}

/// Whether a list in the headers has this member, in any case.
fn lists(headers: &HeaderMap, name: &HeaderName, member: &str) -> bool {
    let values = headers.get_all(name).iter();
    let mut found = values.flat_map(|value| members(value.as_bytes()));
    found.any(|it| it.eq_ignore_ascii_case(member))
}
