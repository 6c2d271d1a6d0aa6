//! Use case: begin a session, for one that has just proven who they are.

use std::fmt;

use entity::{SessionId, session, user};
use secrecy::SecretString;

use super::{
    model::{expiry, later},
    store,
};
use crate::platform::{
    clock::Timestamp,
    config::JwtClaim,
    crypto::AccessClaims,
    db::{DbResult, Tx},
    failure::Fault,
    id,
    op_context::OpContext,
};

/// Longest user agent that is kept, in characters.
const MAX_USER_AGENT: usize = 512;

/// A signed access token and its end.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The JWT.
    pub token: SecretString,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A session that is ready, and not kept yet.
pub struct NewSession {
    /// The row to be.
    pub session: session::Model,
    /// Its first access token.
    pub access_token: AccessToken,
}

impl fmt::Debug for NewSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSession")
            .field("id", &self.session.id)
            .finish_non_exhaustive()
    }
}

/// Makes a session for `user` and signs its first access token. All that takes time is done here, before the
/// transaction in which [`NewSession::save`] keeps it.
pub fn prepare(context: &OpContext, user: &user::Model, roles: &[String]) -> Result<NewSession, Fault> {
    let app = &context.app;
    let now = app.clock.now();
    let session = session::Model {
        id: SessionId(id::new(&*app.clock, &*app.rng)),
        user_id: user.id,
        created_at: now.as_millisecond(),
        last_used_at: now.as_millisecond(),
        expires_at: expiry(&app.config, now, now).as_millisecond(),
        revoked_at: None,
        revocation_reason: None,
        user_agent: context
            .client
            .user_agent
            .as_ref()
            .map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
        ip_address: context
            .client
            .address
            .map(|address| address.to_canonical().to_string()),
    };
    let access_token = sign(context, user, roles, &session)?;
    Ok(NewSession {
        session,
        access_token,
    })
}

impl NewSession {
    /// Keeps the session.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        store::insert(tx, self.session.clone()).await
    }
}

fn sign(
    context: &OpContext,
    user: &user::Model,
    roles: &[String],
    session: &session::Model,
) -> Result<AccessToken, Fault> {
    let app = &context.app;
    let config = &app.config;
    let now = app.clock.now();
    let expires_at = later(now, config.access_token_ttl);
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
    Ok(AccessToken { token, expires_at })
}
