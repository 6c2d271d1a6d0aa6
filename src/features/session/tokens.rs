//! The tokens of a session, at one moment of its life.

use entity::{
    session::{self, TokenDelivery},
    user,
};
use secrecy::SecretString;

use super::{
    http::set_cookies,
    model::{instant, later},
    refresh_token,
};
use crate::platform::{
    clock::Timestamp, config::JwtClaim, crypto::AccessClaims, failure::Fault, id, op_context::OpContext,
};

/// An access token and a refresh token, and where they go.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The JWT.
    pub access: SecretString,
    /// When the JWT stops working.
    pub access_expires_at: Timestamp,
    /// What the next tokens are traded for.
    pub refresh: SecretString,
    /// When the refresh token stops working if it is not used.
    pub refresh_expires_at: Timestamp,
    /// Where they go.
    pub delivery: TokenDelivery,
}

impl Tokens {
    /// The tokens of `session` as it stands.
    pub(super) fn of(
        context: &OpContext,
        user: &user::Model,
        roles: &[String],
        session: &session::Model,
    ) -> Result<Self, Fault> {
        let (access, access_expires_at) = sign(context, user, roles, session)?;
        let tokens = Self {
            access,
            access_expires_at,
            refresh: refresh_token::current(&context.app.refresh_keys, session)?,
            refresh_expires_at: instant(session.expires_at),
            delivery: session.token_delivery,
        };
        // Whether they fit into cookies has to show before anything is written for their sake.
        set_cookies(context, &tokens)?;
        Ok(tokens)
    }
}

fn sign(
    context: &OpContext,
    user: &user::Model,
    roles: &[String],
    session: &session::Model,
) -> Result<(SecretString, Timestamp), Fault> {
    let app = &context.app;
    let config = &app.config;
    let now = app.clock.now();
    // Services that ask nobody would otherwise take it for longer than the session lives.
    let end = later(instant(session.created_at), config.session_lifetime);
    let expires_at = later(now, config.access_token_ttl).min(end);
    let seconds = |at: Timestamp| u64::try_from(at.as_second()).unwrap_or(0);
    let shows = |claim| config.jwt_claims.contains(&claim);
    let token = app.keys.sign(&AccessClaims {
        iss: config.public_url.to_string(),
        sub: user.id.to_string(),
        aud: config.audience.clone(),
        exp: seconds(expires_at),
        nbf: seconds(now),
        iat: seconds(now),
        jti: id::new(&*app.clock, &*app.rng).to_string(),
        sid: session.id.to_string(),
        name: shows(JwtClaim::Name).then(|| user.name.clone()),
        email: shows(JwtClaim::Email).then(|| user.email.clone()),
        email_verified: shows(JwtClaim::EmailVerified).then_some(user.email_verified_at.is_some()),
        roles: shows(JwtClaim::Roles).then(|| roles.to_vec()),
    })?;
    // The claim has whole seconds: that is the end that clients are told.
    let expires_at = Timestamp::from_second(expires_at.as_second()).unwrap_or(expires_at);
    Ok((token, expires_at))
}
