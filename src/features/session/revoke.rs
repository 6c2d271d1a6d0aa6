//! Use cases: end sessions.

use entity::{
    SessionId, UserId,
    session::{self, RevocationReason},
};
use secrecy::SecretString;

use super::{refresh, store};
use crate::platform::{
    clock::Timestamp,
    db::{DbResult, Tx, transaction},
    failure::{Failure, Outcome},
    op_context::OpContext,
};

/// Ends the caller's session: the one of the refresh token given, of the access token, and of the refresh cookie.
/// Whether a live one was ended; not being signed in is no error.
pub async fn logout(context: &OpContext, given: Option<SecretString>) -> Outcome<bool> {
    let mut ids = Vec::new();
    for token in [given.as_ref(), context.browser.refresh_token.as_ref()]
        .into_iter()
        .flatten()
    {
        ids.extend(
            refresh::session_of(context, token)
                .await?
                .map(|session| session.id),
        );
    }
    if let Ok(caller) = context.identify().await? {
        ids.push(caller.session.id);
    }
    ids.sort_unstable();
    ids.dedup();
    let app = &context.app;
    let now = app.clock.now().as_millisecond();
    let mut was_alive = false;
    for id in ids {
        was_alive |= store::revoke(&app.db, id, RevocationReason::Logout, now).await?;
    }
    Ok(was_alive)
}

/// There is no such live session of the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotFound;

/// Ends one of the caller's own sessions.
pub(super) async fn revoke_one(context: &OpContext, id: &str) -> Outcome<SessionId, NotFound> {
    let caller = context.caller().await.map_err(Failure::widen)?;
    let id: SessionId = id.parse().map_err(|_| Failure::Refused(NotFound))?;
    let now = context.app.clock.now().as_millisecond();
    let reason = RevocationReason::RevokedByUser;
    if store::revoke_own(&context.app.db, caller.user.id, id, reason, now).await? {
        Ok(id)
    } else {
        Err(Failure::Refused(NotFound))
    }
}

/// Ends the caller's other sessions, and tells which.
pub(super) async fn revoke_others(context: &OpContext) -> Outcome<Vec<SessionId>> {
    let caller = context.caller().await?;
    let (user_id, kept) = (caller.user.id, caller.session.id);
    let now = context.app.clock.now().as_millisecond();
    transaction!(context.app.db, |tx| {
        // Held, so that whoever ends the others at the same time is not told the same ones.
        let ids = store::hold_all_but(tx, user_id, kept, now).await?;
        store::revoke_all(tx, &ids, RevocationReason::RevokedByUser, now).await?;
        Ok(Ok(ids))
    })
}

/// Takes hold of a session until the transaction is through, so that nobody ends it meanwhile. Whether it is alive.
pub async fn hold(tx: &Tx, session: &session::Model, now: Timestamp) -> DbResult<bool> {
    store::hold(tx, session.id, now.as_millisecond()).await
}

/// Ends every session of a user but one, within the transaction that changes the password; how many were alive.
pub async fn end_others_of(tx: &Tx, session: &session::Model, now: Timestamp) -> DbResult<u64> {
    let reason = RevocationReason::PasswordChanged;
    store::revoke_but(tx, session.user_id, session.id, reason, now.as_millisecond()).await
}

/// Ends every session of a user whose account closes, within the transaction that closes it.
pub async fn end_all_of(tx: &Tx, user_id: UserId, now: Timestamp) -> DbResult<u64> {
    store::revoke_of(tx, user_id, RevocationReason::AccountClosed, now.as_millisecond()).await
}
