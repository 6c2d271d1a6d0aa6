//! HTTP: `/auth/verify`, for services (POST) and for proxies that look only at the status (GET).
//!
//! The two differ in where the caller and the token are. A service has a request of its own to send: its name and secret
//! are in `Authorization`, as RFC 7662 has it, and the token is in the body. A proxy passes on the head of its client's
//! request, in which `Authorization` has the token of the person already, and some proxies (Traefik) can only add fields
//! to it: so the proxy names itself in a field of its own.
//!
//! Cookies are not read, no CORS header is sent, and no preflight is answered: no page of a browser can ask.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::json;
use url::form_urlencoded;

use super::{
    callers::{CallerCredentials, UnknownCaller, check},
    introspect::{ActiveToken, introspect},
};
use crate::{
    context::{App, access_token::shaped_roles::ShapedRoles},
    platform::{
        config::Config,
        failure::{Denied, Failed, Failure, whole_seconds},
        graphql::error::RequestErrorCode,
        http::{
            body::{self, BodyLimits},
            client::Client,
            credential::{Credential, credential},
            error::HttpError,
            field_value::Parameterized,
            request_id::RequestId,
        },
    },
};

/// Where services ask about a token.
pub const VERIFY_PATH: &str = "/auth/verify";

/// Maximum size of a body, in bytes: twice the longest token.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// Where a proxy sends its own name and secret, as `name:secret`.
const CALLER: HeaderName = HeaderName::from_static("portcullis-caller");

/// Who the person is, for a proxy to pass on: the id of the user.
const USER: HeaderName = HeaderName::from_static("portcullis-user");

/// Names of the person's roles, separated by commas; empty if there are none.
const ROLES: HeaderName = HeaderName::from_static("portcullis-roles");

/// The id of the session.
const SESSION: HeaderName = HeaderName::from_static("portcullis-session");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The route; none where no caller is named, so that the address is unknown.
pub fn routes(config: &Config) -> Router<Arc<App>> {
    if config.introspection_callers.is_empty() {
        return Router::new();
    }
    Router::new().route(VERIFY_PATH, get(for_proxy).post(for_service))
}

/// Introspection by RFC 7662: `token` in a form, the caller by HTTP Basic.
async fn for_service(
    State(app): State<Arc<App>>,
    Extension(client): Extension<Client>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let callers = basic(request.headers());
    if let Err(failure) = check(&app, &client, &callers, true) {
        let unknown = || {
            let challenge = HeaderValue::from_static("Basic realm=\"introspection\", charset=\"UTF-8\"");
            let text = "Send the name and a secret of one of introspection_callers with HTTP Basic.";
            oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", text, Some(challenge))
        };
        return refused(failure, unknown, &id);
    }
    let token = match token_of_form(request).await {
        Ok(token) => token,
        Err(NoToken::Oauth(text)) => {
            return oauth_error(StatusCode::BAD_REQUEST, "invalid_request", text, None);
        }
        Err(NoToken::Http(error)) => return error.respond(&id),
    };
    match introspect(&app, token.expose_secret()).await {
        Ok(Some(active)) => json_response(StatusCode::OK, &Introspection::of(&active)),
        Ok(None) => json_response(StatusCode::OK, &json!({ "active": false })),
        Err(failed) => error(failed).respond(&id),
    }
}

/// For `auth_request` and its like: the person's token in `Authorization`, the proxy in a field of its own.
async fn for_proxy(
    State(app): State<Arc<App>>,
    Extension(client): Extension<Client>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let headers = request.headers();
    // A proxy may say for whom it asks: that network is not its own.
    let is_own_network = !client.is_forwarded;
    if let Err(failure) = check(&app, &client, &caller_of_proxy(headers), is_own_network) {
        // No 401: proxies take that as an answer about the person, and clients would refresh good tokens.
        let unknown = || {
            let text = "This proxy is not known. Let it send `Portcullis-Caller: name:secret` with one of \
                        introspection_callers.";
            HttpError::new(StatusCode::FORBIDDEN, RequestErrorCode::Forbidden, text).respond(&id)
        };
        return refused(failure, unknown, &id);
    }
    if request.uri().query().is_some() {
        return HttpError::bad_request(NO_QUERY).respond(&id);
    }
    let challenge = match credential(headers) {
        Credential::Token(token) => match introspect(&app, token.expose_secret()).await {
            Ok(Some(active)) => return for_upstream(&active),
            Ok(None) => "Bearer error=\"invalid_token\"",
            Err(failed) => return error(failed).respond(&id),
        },
        Credential::Malformed => "Bearer error=\"invalid_token\"",
        // Nothing was tried, so there is no error to name (RFC 6750, section 3.1).
        Credential::Missing | Credential::Expired => "Bearer",
    };
    let mut response = json_response(StatusCode::UNAUTHORIZED, &json!({ "active": false }));
    let challenge = HeaderValue::from_static(challenge);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

const NO_QUERY: &str = "Send no query: a token in an address ends up in logs.";

/// The answer to a caller that may not ask.
fn refused(failure: Failure<UnknownCaller>, unknown: impl FnOnce() -> Response, id: &RequestId) -> Response {
    match failure {
        Failure::Refused(UnknownCaller) => unknown(),
        Failure::Failed(failed) => error(failed).respond(id),
    }
}

/// The credentials in `Authorization: Basic` (RFC 7617). Clients that follow RFC 6749, section 2.3.1, encode both parts
/// as in a form, others do not, so there are two readings of one field.
fn basic(headers: &HeaderMap) -> Vec<CallerCredentials> {
    let mut fields = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return Vec::new();
    };
    let read = || {
        let (scheme, value) = field.to_str().ok()?.split_once(' ')?;
        let is_basic = scheme.eq_ignore_ascii_case("basic");
        let decoded = STANDARD.decode(value.trim()).ok().filter(|_| is_basic)?;
        let sent = CallerCredentials::parse(&String::from_utf8(decoded).ok()?)?;
        let decode = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).ok();
        let decoded = CallerCredentials {
            name: decode(&sent.name)?,
            secret: decode(sent.secret.expose_secret())?.into(),
        };
        Some(vec![sent, decoded])
    };
    read().unwrap_or_default()
}

/// The credentials in the field of proxies.
fn caller_of_proxy(headers: &HeaderMap) -> Vec<CallerCredentials> {
    let mut fields = headers.get_all(CALLER).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return Vec::new();
    };
    let sent = field.to_str().ok().and_then(CallerCredentials::parse);
    sent.into_iter().collect()
}

/// Why there is no token in a request.
enum NoToken {
    /// Not what RFC 7662, section 2.1, asks for.
    Oauth(&'static str),
    /// The body cannot be read.
    Http(HttpError),
}

/// The parameter `token` of the form. Others, such as `token_type_hint`, have no meaning here.
async fn token_of_form(request: Request) -> Result<SecretString, NoToken> {
    if request.uri().query().is_some() {
        return Err(NoToken::Oauth(NO_QUERY));
    }
    if !is_form(request.headers()) {
        return Err(NoToken::Oauth(
            "Send a form: Content-Type must be application/x-www-form-urlencoded.",
        ));
    }
    let limits = BodyLimits {
        bytes: MAX_BODY_BYTES,
        ..BodyLimits::default()
    };
    let body = body::read(request.into_body(), limits)
        .await
        .map_err(NoToken::Http)?;
    let mut tokens = form_urlencoded::parse(&body).filter(|(name, _)| name == "token");
    match (tokens.next(), tokens.next()) {
        (Some((_, token)), None) if !token.is_empty() => Ok(SecretString::from(&*token)),
        (Some(_), Some(_)) => Err(NoToken::Oauth("Send the parameter `token` once.")),
        _ => Err(NoToken::Oauth(
            "Send the token as the parameter `token` of the form.",
        )),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(one), None) = (types.next(), types.next()) else {
        return false;
    };
    let read = one.to_str().ok().and_then(Parameterized::read);
    read.is_some_and(|it| it.value.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// What a token says (RFC 7662, section 2.2). Times are seconds since 1970.
#[derive(Serialize)]
struct Introspection<'a> {
    active: bool,
    token_type: &'static str,
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: &'a str,
    sid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<&'a [String]>,
    /// The display name, as `name` in the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    /// Now, not when the token was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<&'a [String]>,
    /// Now, too.
    #[serde(flatten)]
    shaped: &'a ShapedRoles,
}

impl<'a> Introspection<'a> {
    fn of(active: &'a ActiveToken) -> Self {
        let claims = &active.signed.claims;
        Self {
            active: true,
            token_type: "Bearer",
            iss: &claims.iss,
            sub: &claims.sub,
            aud: &claims.aud,
            exp: claims.exp,
            nbf: claims.nbf,
            iat: claims.iat,
            jti: &claims.jti,
            sid: &claims.sid,
            auth_time: claims.auth_time,
            amr: claims.amr.as_deref(),
            username: claims.name.as_deref(),
            email: claims.email.as_deref(),
            email_verified: claims.email_verified,
            roles: active.roles.as_deref(),
            shaped: &active.shaped,
        }
    }
}

/// The answer to a proxy: the same JSON, and the fields to pass on. All three are always there, so that they replace
/// those that a client made up.
fn for_upstream(active: &ActiveToken) -> Response {
    let claims = &active.signed.claims;
    let mut response = json_response(StatusCode::OK, &Introspection::of(active));
    let names = active.named.iter().flatten().map(String::as_str);
    for (name, value) in [
        (USER, header_text(&claims.sub)),
        (
            ROLES,
            header_text(&names.filter(|it| is_plain(it)).collect::<Vec<_>>().join(",")),
        ),
        (SESSION, header_text(&claims.sid)),
    ] {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Whether a role can be part of the list: roles given before the setting changed may have any name.
fn is_plain(role: &str) -> bool {
    role.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',')
}

fn header_text(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    // Plain text fields always serialize.
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    response
}

/// An error in the form of RFC 6749, section 5.2, which clients of RFC 7662 read.
fn oauth_error(
    status: StatusCode,
    code: &'static str,
    description: &'static str,
    challenge: Option<HeaderValue>,
) -> Response {
    let body = json!({ "error": code, "error_description": description });
    let mut response = json_response(status, &body);
    if let Some(challenge) = challenge {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// A failure that says nothing about the token.
fn error(failed: Failed) -> HttpError {
    match failed {
        Failed::Denied(Denied::RateLimited { retry_after }) => HttpError::rate_limited(
            "Too many wrong names or secrets of callers came from this network. Try again later.",
            retry_after,
        ),
        Failed::Denied(Denied::Unavailable { retry_after } | Denied::OutcomeUnknown { retry_after }) => {
            HttpError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                RequestErrorCode::ServiceUnavailable,
                "The token cannot be checked now. Try again later.",
            )
            .header(header::RETRY_AFTER, HeaderValue::from(whole_seconds(retry_after)))
        }
        Failed::Denied(_) => HttpError::new(
            StatusCode::FORBIDDEN,
            RequestErrorCode::Forbidden,
            "This is not allowed.",
        ),
        Failed::Fault(fault) => {
            tracing::error!(cause = %fault.chain(), "an introspection failed");
            HttpError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                RequestErrorCode::InternalServerError,
                "Something went wrong on this server. Quote the request id if you report it.",
            )
        }
    }
}
