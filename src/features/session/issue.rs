//! Use case: begin a session, for one that has just proven who they are.

use std::fmt;

use entity::{SessionId, session, user};

use super::{SessionTerms, Tokens, model::expiry, refresh_token, store};
use crate::platform::{
    db::{DbResult, Tx},
    failure::Fault,
    id,
    op_context::OpContext,
};

/// A session that is ready, and not kept yet.
pub struct NewSession {
    /// The row to be.
    pub session: session::Model,
    /// Its first tokens.
    pub tokens: Tokens,
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
pub fn prepare(
    context: &OpContext,
    user: &user::Model,
    roles: &[String],
    terms: SessionTerms,
) -> Result<NewSession, Fault> {
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
        user_agent: context.client.short_agent(),
        ip_address: context.client.address_text(),
        device_name: terms.device_name.into_string(),
        auth_methods: PASSWORD.to_owned(),
        token_delivery: terms.delivery,
        reauthenticated_at: None,
        refresh_key_id: app.refresh_keys.newest()?.to_owned(),
        refresh_salt: refresh_token::new_salt(&*app.rng),
        refresh_generation: 0,
        rotated_at: None,
        rotated_by: None,
    };
    let tokens = Tokens::of(context, user, roles, &session)?;
    Ok(NewSession { session, tokens })
}

/// How every user signs in so far.
pub(super) const PASSWORD: &str = "password";

impl NewSession {
    /// Keeps the session.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        store::insert(tx, self.session.clone()).await
    }
}
