//! The tokens of a session in its current state.

use std::time::Duration;

use entity::{
    session::{self, TokenDelivery},
    user,
};
use secrecy::SecretString;

use super::{
    claims::{Person, ProvenAgain, Unsigned},
    refresh_token,
};
use crate::{
    context::OpContext,
    platform::{
        clock::{Timestamp, from_millis},
        failure::Fault,
        http::cookies::{CookieScheme, SetCookies},
    },
};

/// An access token and a refresh token, and where they go.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The JWT for this server, and for services too if they have no separate audience.
    pub access: SecretString,
    /// When the JWT stops working.
    pub access_expires_at: Timestamp,
    /// The JWT for services only, if they have a separate audience.
    pub service: Option<ServiceToken>,
    /// The refresh token for the next trade.
    pub refresh: SecretString,
    /// When the refresh token stops working if it is not used.
    pub refresh_expires_at: Timestamp,
    /// Where the tokens go.
    pub delivery: TokenDelivery,
    /// The cookies that deliver them; none if they go into the body.
    pub cookies: SetCookies,
}

/// A JWT for services only.
#[derive(Debug, Clone)]
pub struct ServiceToken {
    /// The JWT.
    pub text: SecretString,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Tokens {
    /// The tokens of `session` in its current state. With a `step_up`, the access token carries that proof; see
    /// [`super::step_up`].
    pub(super) fn issue(
        context: &OpContext,
        user: &user::Model,
        roles: &[String],
        session: &session::Model,
        step_up: Option<ProvenAgain>,
    ) -> Result<Self, Fault> {
        let config = &context.app.config;
        let person = Person { user, roles };
        let (access, access_expires_at) = Unsigned {
            step_up,
            ..Unsigned::for_server(config, &person)
        }
        .sign(context, session)?;
        let service = match Unsigned::for_services(config, &person) {
            Some(unsigned) => {
                let (text, expires_at) = unsigned.sign(context, session)?;
                Some(ServiceToken { text, expires_at })
            }
            None => None,
        };
        let refresh = refresh_token::current(&context.app.refresh_keys, session)?;
        let refresh_expires_at = from_millis(session.expires_at);
        let now = context.app.clock.now();
        let left = |end: Timestamp| Duration::try_from(end.duration_since(now)).unwrap_or_default();
        let cookies = match session.token_delivery {
            TokenDelivery::Body => SetCookies::default(),
            // Build them before anything is written: if the tokens do not fit into cookies, the old ones must still
            // work.
            TokenDelivery::Cookie => cookie_scheme(context)?.set_session(
                (&access, left(access_expires_at)),
                (&refresh, left(refresh_expires_at)),
            )?,
        };
        Ok(Self {
            access,
            access_expires_at,
            service,
            refresh,
            refresh_expires_at,
            delivery: session.token_delivery,
            cookies,
        })
    }
}

/// Cookies that clear the browser's session; none if it sent no cookies.
pub fn clear_cookies(context: &OpContext) -> Result<SetCookies, Fault> {
    if context.browser.sent_cookies {
        cookie_scheme(context)?.clear_session()
    } else {
        Ok(SetCookies::default())
    }
}

fn cookie_scheme(context: &OpContext) -> Result<CookieScheme, Fault> {
    let missing = || Fault::new("write a cookie", "this server sets no cookies");
    context.browser.cookie_scheme.ok_or_else(missing)
}

impl Unsigned<'_> {
    /// Signs it, as a token of this session. Returns it with the time when it stops working.
    fn sign(
        &self,
        context: &OpContext,
        session: &session::Model,
    ) -> Result<(SecretString, Timestamp), Fault> {
        let (claims, expires_at) = self.claims(context, session);
        let token = context.app.tokens.sign(self.expected.token_type, &claims)?;
        Ok((token, expires_at))
    }
}
