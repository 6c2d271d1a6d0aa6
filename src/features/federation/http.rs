//! Who may use the subgraph: a router with the operator's secret, and nobody's user.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::App,
    platform::{
        failure::UnauthenticatedReason,
        graphql::error::{RequestErrorCode, reason},
        http::{
            client::Client,
            credential::{Credential, credential},
            error::HttpError,
        },
    },
};

/// `extensions.reason` of FORBIDDEN errors, if the request has credentials of a user.
const USER_CREDENTIALS: &str = "USER_CREDENTIALS";

/// Checks that a request comes from a router: it has one of `federation_secrets` as its bearer token (RFC 6750, section
/// 2.1), and no credentials of a user. Those are refused rather than ignored, so that the operator notices a router
/// that forwards its clients' headers.
///
/// Wrong secrets are counted by network.
pub fn authorize(app: &App, client: &Client, headers: &HeaderMap) -> Result<(), HttpError> {
    let Some(secrets) = &app.config.federation_secrets else {
        return Err(HttpError::not_found());
    };
    // No router has cookies of its own, and one header is enough for a secret.
    let authorizations = headers.get_all(header::AUTHORIZATION).iter().count();
    if headers.contains_key(header::COOKIE) || authorizations > 1 {
        return Err(user_credentials());
    }
    let token = match credential(headers) {
        Credential::Token(token) => token,
        Credential::Malformed => return Err(unauthenticated(UnauthenticatedReason::TokenInvalid)),
        Credential::Missing | Credential::Expired => {
            return Err(unauthenticated(UnauthenticatedReason::TokenMissing));
        }
    };
    let is_right = secrets.contains(&token);
    app.limits
        .router_attempts
        .count(client, is_right, true)
        .map_err(|wait| {
            app.metrics.attempts_refused_by_network.inc();
            tracing::info!("refused a router: too many wrong secrets came from this network");
            let message = "Too many wrong secrets came from this network. Try again later.";
            HttpError::rate_limited(message, wait)
        })?;
    if is_right {
        return Ok(());
    }
    if is_like_jwt(&token) {
        return Err(user_credentials());
    }
    tracing::info!("refused a router: its secret is none of federation_secrets");
    Err(unauthenticated(UnauthenticatedReason::TokenInvalid))
}

/// Whether this is the token of a user, by its looks: three parts, the first of which is a JSON object in base64url
/// (RFC 7519, section 3.1).
fn is_like_jwt(token: &SecretString) -> bool {
    let token = token.expose_secret();
    token.starts_with("eyJ") && token.split('.').count() == 3
}

fn user_credentials() -> HttpError {
    tracing::info!("refused a router that sends credentials of a user");
    let message = "Send the router's secret as the only credential: no cookies and no token of a user. If the router \
                   forwards the headers of its clients, stop that for this subgraph.";
    HttpError::new(StatusCode::FORBIDDEN, RequestErrorCode::Forbidden, message).reason(USER_CREDENTIALS)
}

fn unauthenticated(why: UnauthenticatedReason) -> HttpError {
    let message = "Send one of the secrets in `federation_secrets` as the bearer token. If the router forwards the \
                   Authorization header of its clients, stop that for this subgraph.";
    HttpError::new(
        StatusCode::UNAUTHORIZED,
        RequestErrorCode::Unauthenticated,
        message,
    )
    .reason(reason(why))
    .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
