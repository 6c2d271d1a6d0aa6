//! What every request and every response gets: an id, a log line, a metric, security headers, and a response even if a
//! handler panics.

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::{health, listen::UnsentAnswers, logged_path::logged_path, unread_answers::refuse_if_too_many};
use crate::{
    context::App,
    platform::{
        config::Config,
        graphql::error::RequestErrorCode,
        http::{
            client::{Client, client, unknown_proxy},
            cookies::CookieScheme,
            error::HttpError,
            field_value::members,
            host,
            request_id::RequestId,
        },
    },
};

const REQUEST_ID: HeaderName = HeaderName::from_static(RequestId::HEADER);

/// A year, which browsers require before they treat the promise as permanent (RFC 6797, section 6.1.1).
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");
const STRICT_TRANSPORT_BELOW: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Headers of every response, unless its route sets others: no caching, no sniffing, no framing, no active content
/// (OWASP ASVS 5.0, 3.4 and 14.3.2).
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
];

/// Puts [`RequestId`] and [`Client`] into the request, and the headers into the response.
pub async fn envelope(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::new(&*app.clock, &*app.rng);
    let method = request.method().clone();
    let client: Client = client(peer, request.headers(), &app.config.trusted_proxies);
    if let Some(peer) = unknown_proxy(peer, request.headers(), &app.config.trusted_proxies) {
        warn_of_untrusted_proxy(&app, peer);
    }
    // Only the path: a query string can contain secrets, and has no maximum length. The span has the level of errors,
    // so that every line has it at any log level.
    let span = tracing::error_span!(
        "request",
        id = id.as_str(),
        %method,
        path = &*logged_path(request.uri().path()),
        client = client.address.map(tracing::field::display),
    );
    span.in_scope(|| {
        warn_of_look_alikes(&app, request.headers());
        if client.address.is_none() && !health::is_probe(request.uri().path()) {
            warn_of_unknown_client(&app, peer);
        }
    });
    request.extensions_mut().insert(id.clone());
    let address = client.address;
    request.extensions_mut().insert(client);
    let unsent = request.extensions().get::<Arc<UnsentAnswers>>().cloned();
    let may_change = !method.is_safe();
    let mut response = match span.in_scope(|| check_head(&request, &app.config)) {
        Ok(()) => {
            // Handlers share nothing that a panic could leave half-changed, except in the database.
            let answering = AssertUnwindSafe(next.run(request)).catch_unwind();
            let answer = answering.instrument(span.clone()).await;
            answer.unwrap_or_else(|_| span.in_scope(|| panicked(&id)))
        }
        Err(error) => error.respond(&id),
    };
    if let Some(unsent) = unsent {
        response = refuse_if_too_many(response, &unsent, address, &id, may_change);
    }
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, "answered"));
    app.metrics.http_request(method.as_str(), status);

    let headers = response.headers_mut();
    add_security_headers(headers);
    if app.config.public_url.is_https() {
        let hsts = if app.config.hsts_include_subdomains {
            STRICT_TRANSPORT_BELOW
        } else {
            STRICT_TRANSPORT
        };
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// Warns the operator, at most once an hour, of planted cookies. They are ignored, but the operator should find what
/// set them.
fn warn_of_look_alikes(app: &App, headers: &HeaderMap) {
    let scheme = CookieScheme::of(&app.config.public_url);
    let came = scheme.is_some_and(|scheme| scheme.has_look_alike(headers));
    if came && app.limits.look_alikes.allow(app.clock.now()) {
        tracing::warn!(
            "ignored a cookie whose name resembles one of this server's: another host of this site, or someone on the \
             network, may be trying to sign people in to an account that is not theirs"
        );
    }
}

/// Warns the operator, at most once an hour, of a peer that sends forwarding headers and is not in `trusted_proxies`.
fn warn_of_untrusted_proxy(app: &App, peer: IpAddr) {
    app.metrics.requests_of_untrusted_proxies.inc();
    if app.limits.untrusted_proxies.allow(app.clock.now()) {
        tracing::warn!(
            %peer,
            "ignored the forwarding header of a peer that is not in trusted_proxies: if it is your proxy, add it, because \
             until then all clients behind it count as one, and as local if it runs on this machine; if it is not, \
             somebody is trying to hide their address"
        );
    }
}

/// Warns the operator, at most once an hour, of a trusted proxy that does not name its clients.
fn warn_of_unknown_client(app: &App, peer: SocketAddr) {
    app.metrics.requests_of_unknown_clients.inc();
    if app.limits.unknown_clients.allow(app.clock.now()) {
        tracing::warn!(
            peer = %peer.ip().to_canonical(),
            "a proxy in trusted_proxies sent a request without a readable client address: configure it to set \
             X-Forwarded-For or Forwarded, and not to pass on the other one; until then all such clients share the \
             limits of one network"
        );
    }
}

/// Adds the default security headers to a response.
pub(super) fn add_security_headers(headers: &mut HeaderMap) {
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
    }
}

/// The runtime has already written the panic message to standard error.
fn panicked(id: &RequestId) -> Response {
    tracing::error!("a handler panicked");
    let message = "Something went wrong on our side.";
    HttpError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        RequestErrorCode::InternalServerError,
        message,
    )
    .respond(id)
}

/// Maximum length of a foreign host name in the log, in bytes.
const MAX_LOGGED_HOST_BYTES: usize = 200;

/// Checks that apply to every request.
fn check_head(request: &Request, config: &Config) -> Result<(), HttpError> {
    if !names_one_host(request) {
        return Err(HttpError::bad_request("Send exactly one Host header."));
    }
    if !has_known_framing(request.headers()) {
        let message =
            "Send the body with Content-Length or with `Transfer-Encoding: chunked`, and no other coding.";
        let (status, code) = (StatusCode::NOT_IMPLEMENTED, RequestErrorCode::BadRequest);
        return Err(HttpError::new(status, code, message).closing());
    }
    if !has_known_expectation(request) {
        let message = "Send no Expect header, or `Expect: 100-continue`.";
        let (status, code) = (StatusCode::EXPECTATION_FAILED, RequestErrorCode::BadRequest);
        return Err(HttpError::new(status, code, message).closing());
    }
    let is_probe = health::is_probe(request.uri().path());
    if is_probe || host::is_ours(request.uri(), request.headers(), config) {
        return Ok(());
    }
    let message = "This server is not known by the host name of the request. Set `public_url` to the address that \
                   people use, or add the name to `further_hosts`.";
    let host = request
        .headers()
        .get(header::HOST)
        .map_or(&b""[..], HeaderValue::as_bytes);
    let host = String::from_utf8_lossy(host.get(..MAX_LOGGED_HOST_BYTES).unwrap_or(host));
    tracing::info!(?host, "refused a request for a host name that is not ours");
    let (status, code) = (
        StatusCode::MISDIRECTED_REQUEST,
        RequestErrorCode::MisdirectedRequest,
    );
    Err(HttpError::new(status, code, message))
}

/// Whether a body is sent as it is, or in chunks. Other codings would have to be decoded first (RFC 9112, section 6.1);
/// a proxy that decodes them sees a different body.
fn has_known_framing(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}

/// Whether a client expects only `100 Continue` (RFC 9110, section 10.1.1). HTTP/1.0 has no expectations.
fn has_known_expectation(request: &Request) -> bool {
    let mut values = request.headers().get_all(header::EXPECT).iter();
    request.version() < Version::HTTP_11
        || values.all(|value| {
            let mut expectations = members(value.as_bytes());
            expectations.all(|it| it.eq_ignore_ascii_case("100-continue"))
        })
}

/// HTTP/1.1 requires one Host header (RFC 9112, section 3.2): if there are several, each proxy in front may use a
/// different one.
fn names_one_host(request: &Request) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() != Version::HTTP_11)
}
