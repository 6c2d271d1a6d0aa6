//! The tokens of a session in its current state.

use std::time::Duration;

use entity::{
    session::{self, TokenDelivery},
    user,
};
use secrecy::SecretString;

use super::refresh_token;
use crate::{
    context::{
        AuthMethod, OpContext,
        access_token::{AccessClaims, Expected, audience},
        second_factor_gate,
    },
    platform::{
        clock::{Timestamp, from_millis, later},
        config::{JwtClaim, MailMode},
        failure::Fault,
        http::cookies::{CookieScheme, SetCookies},
        id,
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
        let for_services = audience::of_services(config);
        let person = Person { user, roles };
        // Claims about a person are for services; this server reads the database.
        let claimed = for_services.is_none().then_some(&person);
        let for_server = audience::of_server(config);
        let (access, access_expires_at) = sign(
            context,
            session,
            &for_server,
            config.access_token_ttl,
            claimed,
            step_up,
        )?;
        let service = match for_services {
            Some(expected) => {
                let (text, expires_at) = sign(
                    context,
                    session,
                    &expected,
                    config.audience_token_ttl,
                    Some(&person),
                    None,
                )?;
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

/// The roles for the claims of a token. Roles that need a second factor are left out until the session has given one.
fn claimed_roles(context: &OpContext, session: &session::Model, roles: &[String]) -> Vec<String> {
    let required = &context.app.config.mfa_required_roles;
    let has_factor = second_factor_gate::has_second_factor(session);
    let is_shown = |role: &&String| has_factor || !required.contains(role);
    roles.iter().filter(is_shown).cloned().collect()
}

/// A proof of identity that a token carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProvenAgain {
    /// When it was given; seconds since 1970.
    pub(super) auth_time: u64,
    /// What it was.
    pub(super) method: AuthMethod,
}

/// The data for claims about a person.
struct Person<'a> {
    user: &'a user::Model,
    roles: &'a [String],
}

/// Signs a token of the session that matches `expected`, lives for `ttl`, and has the configured claims about `person`.
fn sign(
    context: &OpContext,
    session: &session::Model,
    expected: &Expected<'_>,
    ttl: Duration,
    person: Option<&Person<'_>>,
    step_up: Option<ProvenAgain>,
) -> Result<(SecretString, Timestamp), Fault> {
    let app = &context.app;
    let config = &app.config;
    let now = app.clock.now();
    // Services that do not ask this server would otherwise accept it after the session's end.
    let end = later(from_millis(session.created_at), config.session_lifetime);
    let expires_at = later(now, ttl).min(end);
    let seconds = |at: Timestamp| u64::try_from(at.as_second()).unwrap_or(0);
    // Services take the claim for a proven address. In development no mail leaves the machine.
    let is_unproven =
        |user: &user::Model| config.mail_mode() == MailMode::Smtp && user.email_verified_at.is_none();
    let claim_source = |claim| person.filter(|_| config.jwt_claims.contains(&claim));
    let claims = AccessClaims {
        iss: expected.issuer.to_owned(),
        sub: session.user_id.to_string(),
        aud: expected.audience.to_owned(),
        exp: seconds(expires_at),
        nbf: seconds(now),
        iat: seconds(now),
        jti: id::new(&*app.clock, &*app.rng).to_string(),
        sid: session.id.to_string(),
        auth_time: step_up.map(|proven| proven.auth_time),
        amr: step_up.map(|proven| vec![proven.method.word().to_owned()]),
        name: claim_source(JwtClaim::Name).map(|it| it.user.name.clone()),
        email: claim_source(JwtClaim::Email)
            .filter(|it| !is_unproven(it.user))
            .map(|it| it.user.email.clone()),
        email_verified: claim_source(JwtClaim::EmailVerified).map(|it| it.user.email_verified_at.is_some()),
        roles: claim_source(JwtClaim::Roles).map(|it| {
            // Nor do roles count before.
            let roles = if is_unproven(it.user) { &[] } else { it.roles };
            claimed_roles(context, session, roles)
        }),
    };
    let token = app.tokens.sign(expected.token_type, &claims)?;
    // The claim has whole seconds: report the same expiry to clients.
    let expires_at = Timestamp::from_second(expires_at.as_second()).unwrap_or(expires_at);
    Ok((token, expires_at))
}
