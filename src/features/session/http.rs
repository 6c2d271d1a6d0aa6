//! Door: the cookies that a browser's session lives in.

use std::time::Duration;

use axum::http::HeaderValue;
use entity::session::TokenDelivery;

use super::Tokens;
use crate::platform::{
    clock::Timestamp,
    failure::Fault,
    http::cookies::{AuthCookie, CookieScheme},
    op_context::OpContext,
};

/// `Set-Cookie` headers that hand these tokens over; none when they go into the body.
pub fn set_cookies(context: &OpContext, tokens: &Tokens) -> Result<Vec<HeaderValue>, Fault> {
    if tokens.delivery == TokenDelivery::Body {
        return Ok(Vec::new());
    }
    let scheme = scheme(context)?;
    let now = context.app.clock.now();
    let left = |end: Timestamp| Duration::try_from(end.duration_since(now)).unwrap_or_default();
    Ok(vec![
        scheme.set(AuthCookie::Access, &tokens.access, left(tokens.access_expires_at))?,
        scheme.set(
            AuthCookie::Refresh,
            &tokens.refresh,
            left(tokens.refresh_expires_at),
        )?,
    ])
}

/// `Set-Cookie` headers that make a browser forget its session; none when it sent no cookies.
pub fn clear_cookies(context: &OpContext) -> Result<Vec<HeaderValue>, Fault> {
    if !context.browser.sent_cookies {
        return Ok(Vec::new());
    }
    let scheme = scheme(context)?;
    Ok(vec![
        scheme.clear(AuthCookie::Access)?,
        scheme.clear(AuthCookie::Refresh)?,
    ])
}

fn scheme(context: &OpContext) -> Result<CookieScheme, Fault> {
    let missing = || Fault::new("write a cookie", "this server gives out none");
    context.browser.cookie_scheme.ok_or_else(missing)
}
