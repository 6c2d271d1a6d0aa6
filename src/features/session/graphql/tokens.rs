//! Tokens in GraphQL: in the response body, or as cookies.

use async_graphql::{Context, Enum, SimpleObject};
use entity::session;
use secrecy::ExposeSecret as _;

use crate::{
    context::OpContext,
    features::session::{Tokens, clear_cookies},
    platform::{failure::Failed, graphql::scalars::DateTime},
};

/// Where the tokens go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "session::TokenDelivery")]
pub enum TokenDelivery {
    /// Both tokens in the response body; for native apps, servers and scripts.
    Body,
    /// Both tokens in HttpOnly, SameSite cookies. The body has the access token too, but never the refresh token. For
    /// browsers.
    Cookie,
}

/// Tokens of a session. A value that is only in a cookie is null here.
#[derive(SimpleObject)]
pub struct AuthTokens {
    /// Signed JWT for `Authorization: Bearer`.
    access_token: String,
    /// When the access token stops working.
    access_token_expires_at: DateTime,
    /// Opaque, single use: trade it with `refreshSession`. Null when it was delivered in an HttpOnly cookie.
    refresh_token: Option<String>,
    /// When the refresh token stops working if it is not used.
    refresh_token_expires_at: DateTime,
    /// Signed JWT for your other services, with their `aud` and claims. Null unless a separate audience is configured.
    /// This server refuses this token, and those services refuse `accessToken`.
    service_token: Option<String>,
    /// When the service token stops working. Null exactly when `serviceToken` is.
    service_token_expires_at: Option<DateTime>,
}

impl AuthTokens {
    /// Delivers the tokens in the way that their session chose.
    pub fn deliver(context: &Context<'_>, tokens: &Tokens) -> Self {
        for cookie in tokens.cookies.clone() {
            context.append_http_header("set-cookie", cookie);
        }
        let service = tokens.service.as_ref();
        let is_for_body = tokens.delivery == session::TokenDelivery::Body;
        Self {
            access_token: tokens.access.expose_secret().to_owned(),
            access_token_expires_at: tokens.access_expires_at.into(),
            refresh_token: is_for_body.then(|| tokens.refresh.expose_secret().to_owned()),
            refresh_token_expires_at: tokens.refresh_expires_at.into(),
            service_token: service.map(|token| token.text.expose_secret().to_owned()),
            service_token_expires_at: service.map(|token| token.expires_at.into()),
        }
    }
}

/// Clears the cookies that the browser sent, after their session has ended.
pub fn forget_cookies(context: &Context<'_>, operation: &OpContext) -> Result<(), Failed> {
    for cookie in clear_cookies(operation)? {
        context.append_http_header("set-cookie", cookie);
    }
    Ok(())
}
