//! Use cases: end sessions.

use std::collections::BTreeMap;

use entity::{
    SessionId, UserId,
    session::{self, RevocationReason},
};
use secrecy::SecretString;

use super::{
    refresh, service_token, store,
    write::{count_revocation, transaction_permit},
};
use crate::{
    context::{Caller, OpContext, find_session_with_user},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt,
        one_time_token::{self, Purpose},
        user as users,
    },
    platform::{
        clock::Timestamp,
        db::{DbResult, Invalidates, Tx, transaction},
        failure::{Denied, Failed, Failure, Outcome, Refusal, UnauthenticatedReason},
    },
};

/// The result of a sign-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedOut {
    /// Whether a live session was ended.
    pub was_alive: bool,
    /// Whether the browser's cookies no longer work.
    pub ends_cookies: bool,
}

/// Ends the session of the access token, else of the refresh cookie; and the session of the refresh token given. Not
/// being signed in is no error. A service token is one: the sign-out must not seem to have worked.
pub async fn logout(context: &OpContext, given: Option<SecretString>) -> Result<SignedOut, Failed> {
    let in_cookie = context.browser.refresh_token.as_ref();
    let current = match context.identify().await {
        Ok(caller) => Some((caller.session.id, caller.user.id)),
        Err(Failure::Refused(reason)) if service_token::came_with(context) => {
            return Err(Denied::Unauthenticated(reason).into());
        }
        Err(Failure::Refused(_)) => session_of(context, in_cookie).await?,
        Err(Failure::Failed(failed)) => return Err(failed),
    };
    let given = session_of(context, given.as_ref()).await?;
    let ending: BTreeMap<SessionId, UserId> = current.into_iter().chain(given).collect();
    let was_alive = !ending.is_empty() && sign_out(context, &ending).await?;
    // The bearer token and the cookies may belong to different sessions.
    let held = in_cookie.and_then(refresh::named_session);
    let ends_cookies = held.is_none_or(|held| ending.contains_key(&held));
    Ok(SignedOut {
        was_alive,
        ends_cookies,
    })
}

/// Ends these sessions, each with its user, all of them or none. Returns whether any was alive.
async fn sign_out(context: &OpContext, ending: &BTreeMap<SessionId, UserId>) -> Result<bool, Failed> {
    let app = &context.app;
    let now = app.clock.now().as_millisecond();
    let ending = ending.iter().map(|(session, user)| {
        let event = NewEvent::by_owner(context, EventKind::Logout, *user).in_session(*session);
        (*session, event)
    });
    let ending: Vec<_> = ending.collect();
    Ok(transaction!(app.db, |tx| {
        let mut was_alive = false;
        for (session, event) in &ending {
            if store::revoke_in(tx, *session, RevocationReason::Logout, now).await? {
                event.save(tx).await?;
                was_alive = true;
            }
        }
        Ok(was_alive)
    })?)
}

/// The session of a refresh token, and its user.
async fn session_of(
    context: &OpContext,
    token: Option<&SecretString>,
) -> Result<Option<(SessionId, UserId)>, Failed> {
    match token {
        Some(token) => Ok(refresh::session_of(context, token)
            .await?
            .map(|session| (session.id, session.user_id))),
        None => Ok(None),
    }
}

/// The caller has no such live session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFound;

impl Refusal for NotFound {}

fn ended() -> Denied {
    Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked)
}

/// Ends one of the caller's own sessions.
pub async fn revoke_one(context: &OpContext, id: &str) -> Outcome<SessionId, NotFound> {
    let caller = context.caller().await?;
    count_revocation(context, caller).await?;
    let id: SessionId = id.parse().map_err(|_| NotFound)?;
    let now = context.app.clock.now().as_millisecond();
    let event = NewEvent::by_caller(context, EventKind::SessionRevoked, caller).in_session(id);
    let _permit = transaction_permit(context, caller).await;
    // None if the caller's own session has ended meanwhile, and with it the right to end others.
    let revoked = transaction!(context.app.db, Invalidates::One(caller.user.id.into()), |tx| {
        if !hold_own(tx, caller, now).await? {
            return Ok(None);
        }
        if !store::revoke_own(tx, caller.user.id, id, RevocationReason::RevokedByUser, now).await? {
            return Err(NotFound.into());
        }
        forget_browsers(tx, caller, now).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(Some(id))
    })?;
    revoked.ok_or_else(|| ended().into())
}

/// Ends the caller's other sessions. Returns their ids.
pub async fn revoke_others(context: &OpContext) -> Result<Vec<SessionId>, Failed> {
    let caller = context.caller().await?;
    count_revocation(context, caller).await?;
    let (user_id, kept) = (caller.user.id, caller.session.id);
    let now = context.app.clock.now().as_millisecond();
    let event = NewEvent::by_caller(context, EventKind::SessionRevoked, caller);
    let _permit = transaction_permit(context, caller).await;
    let revoked = transaction!(context.app.db, Invalidates::One(caller.user.id.into()), |tx| {
        if !hold_own(tx, caller, now).await? {
            return Ok(None);
        }
        let ids = store::hold_others(tx, user_id, kept, now).await?;
        store::revoke_all(tx, &ids, RevocationReason::RevokedByUser, now).await?;
        forget_browsers(tx, caller, now).await?;
        if !ids.is_empty() {
            let event = event.clone().detail("sessions", &ids.len().to_string());
            event.save(tx).await?;
        }
        Ok(Some(ids))
    })?;
    revoked.ok_or_else(|| ended().into())
}

/// Forgets the browsers that need not give a second factor: an ended session may be one of a stolen device.
async fn forget_browsers(tx: &Tx, caller: &Caller, now: i64) -> DbResult<()> {
    one_time_token::void_of(tx, caller.user.id, &[Purpose::RememberedBrowser], now).await
}

/// Locks the caller's session. Returns whether it is alive.
async fn hold_own(tx: &Tx, caller: &Caller, now: i64) -> DbResult<bool> {
    // The account first, as everywhere: otherwise two sessions that end each other would deadlock.
    users::hold(tx, caller.user.id).await?;
    Ok(store::hold(tx, caller.session.id, now).await?.is_some())
}

/// Locks a session until the transaction ends, so that nobody ends it meanwhile. Returns the session as it is now; none
/// if it has ended.
pub async fn hold(tx: &Tx, session: &session::Model, now: Timestamp) -> DbResult<Option<session::Model>> {
    store::hold(tx, session.id, now.as_millisecond()).await
}

/// Ends the session that a secret started which came back after its use: somebody may have copied it. Returns whether
/// the session was alive.
pub async fn end_after_reuse(context: &OpContext, id: SessionId) -> Result<bool, Failed> {
    let app = &context.app;
    let Some((session, _)) = find_session_with_user(&app.db, id).await? else {
        return Ok(false);
    };
    let now = app.clock.now().as_millisecond();
    let event = NewEvent::by_stranger(context, EventKind::TokenReuseDetected, session.user_id).in_session(id);
    Ok(transaction!(app.db, |tx| {
        let is_ended = store::revoke_in(tx, id, RevocationReason::TokenReuse, now).await?;
        if is_ended {
            event.save(tx).await?;
        }
        Ok(is_ended)
    })?)
}

/// Ends every session of a user but one, in the transaction that changes the password. Returns how many were alive.
pub async fn end_others_of(tx: &Tx, session: &session::Model, now: Timestamp) -> DbResult<u64> {
    let reason = RevocationReason::PasswordChanged;
    store::revoke_but(tx, session.user_id, session.id, reason, now.as_millisecond()).await
}

/// Ends every session of a user but this one, for this reason. Returns how many were alive.
pub async fn end_all_but(
    tx: &Tx,
    session: &session::Model,
    reason: RevocationReason,
    now: Timestamp,
) -> DbResult<u64> {
    store::revoke_but(tx, session.user_id, session.id, reason, now.as_millisecond()).await
}

/// Ends every session of a user, for this reason. Returns how many were alive.
pub async fn end_all(tx: &Tx, user_id: UserId, reason: RevocationReason, now: Timestamp) -> DbResult<u64> {
    store::revoke_of(tx, user_id, reason, now.as_millisecond()).await
}

/// Ends every session of a user, in the transaction that closes the account. Returns how many were alive.
pub async fn end_all_of(tx: &Tx, user_id: UserId, now: Timestamp) -> DbResult<u64> {
    store::revoke_of(tx, user_id, RevocationReason::AccountClosed, now.as_millisecond()).await
}
