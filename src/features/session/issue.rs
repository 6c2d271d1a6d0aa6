//! Use case: start a session for a person who has just proven their identity.

use std::fmt;

use entity::{
    SessionId,
    session::{self, RevocationReason, TokenDelivery},
    user,
};

use super::{SessionOptions, Tokens, refresh, refresh_token, sender, store};
use crate::{
    context::{AuthMethod, OpContext, expiry, to_the_minute},
    platform::{
        db::{DbResult, Invalidates, Tx},
        failure::Failed,
        id,
    },
};

/// A new session that is not saved yet.
pub struct NewSession {
    /// The row to save.
    pub session: session::Model,
    /// Its first tokens.
    pub tokens: Tokens,
    replaced: Option<SessionId>,
}

/// Maximum number of live sessions per user; a further one ends the one that was unused for longest. Otherwise repeated
/// sign-ins would fill the database, and ending them all would be slow.
const MAX_LIVE_SESSIONS: u64 = 100;

impl fmt::Debug for NewSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSession")
            .field("id", &self.session.id)
            .finish_non_exhaustive()
    }
}

/// Makes a session for `user` and signs its first access token. All slow work is done here, before the transaction in
/// which [`NewSession::save`] stores it.
pub async fn prepare(
    context: &OpContext,
    user: &user::Model,
    roles: &[String],
    options: SessionOptions,
    methods: &[AuthMethod],
) -> Result<NewSession, Failed> {
    let app = &context.app;
    let now = app.clock.now();
    let mut session = session::Model {
        id: SessionId(id::new(&*app.clock, &*app.rng)),
        user_id: user.id,
        created_at: now.as_millisecond(),
        last_used_at: to_the_minute(now).as_millisecond(),
        expires_at: expiry(&app.config, now, to_the_minute(now)).as_millisecond(),
        revoked_at: None,
        revocation_reason: None,
        user_agent: context.client.short_agent(),
        ip_address: context.client.address_text(),
        device_name: options.device_name.into_string(),
        auth_methods: AuthMethod::words(methods.iter().copied()),
        token_delivery: options.delivery,
        reauthenticated_at: None,
        refresh_key_id: app.refresh_keys.newest()?.to_owned(),
        refresh_salt: refresh_token::new_salt(&*app.rng),
        refresh_generation: 0,
        rotated_at: None,
        rotated_by: None,
        repeat_count: 0,
        repeat_weight: 0,
        rotated_from: None,
        form_cookie: None,
    };
    if context.form_key.is_some() {
        sender::bind_to_browser(context, &mut session)?;
    }
    let tokens = Tokens::issue(context, user, roles, &session, None)?;
    let replaced = replaced(context, session.token_delivery).await?;
    Ok(NewSession {
        session,
        tokens,
        replaced,
    })
}

/// The session in the cookies that are now overwritten: its browser can no longer use it, only someone with a copy can
/// (OWASP ASVS 5.0, 7.2.4).
async fn replaced(context: &OpContext, delivery: TokenDelivery) -> Result<Option<SessionId>, Failed> {
    let held = context.browser.refresh_token.as_ref();
    match held.filter(|_| delivery == TokenDelivery::Cookie) {
        Some(token) => Ok(refresh::session_of(context, token)
            .await?
            .map(|session| session.id)),
        None => Ok(None),
    }
}

impl NewSession {
    /// A session that was saved before, whose answer was lost.
    pub(super) fn again(session: session::Model, tokens: Tokens) -> Self {
        Self {
            session,
            tokens,
            replaced: None,
        }
    }

    /// Whose cached rows go stale when the session is saved. The replaced session may belong to somebody else.
    pub fn invalidates(&self) -> Invalidates {
        match self.replaced {
            None => Invalidates::One(self.session.user_id.into()),
            Some(_) => Invalidates::All,
        }
    }

    /// Saves the session, and ends those that it replaces.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        let (user_id, now) = (self.session.user_id, self.session.created_at);
        store::insert(tx, self.session.clone()).await?;
        let mut ended = store::beyond(tx, user_id, MAX_LIVE_SESSIONS, now).await?;
        ended.extend(self.replaced);
        store::revoke_all(tx, &ended, RevocationReason::Superseded, now).await
    }
}
