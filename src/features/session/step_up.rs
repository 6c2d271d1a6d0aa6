//! Step-up: for some minutes after reauthentication, a session may do what is hard to undo (OWASP ASVS 5.0, 7.5.1). A
//! sign-in does not count, however recent: a stolen token has one too.
//!
//! The session stores when its person last proved their identity; the access token that the proof returned names the same
//! second (`auth_time`). Both are needed. Older copies of the session's tokens do not carry the proof, and tokens from a
//! refresh do not either, so a thief who shares the session gains nothing by the owner's proof.

use std::time::Duration;

use entity::session;

use super::{model::is_within, store, tokens::ProvenAgain};
use crate::{
    context::{AuthMethod, OpContext},
    platform::{
        clock::{Timestamp, from_millis, later},
        db::{DbResult, Tx},
    },
};

/// A proof of identity that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUp {
    /// What was given.
    pub method: AuthMethod,
    /// When it stops counting.
    pub until: Timestamp,
}

/// The step-up of the caller's token and session; none if there is none, or if it has expired.
pub fn step_up(context: &OpContext, session: &session::Model) -> Option<StepUp> {
    let claim = context.step_up_claim()?;
    let proven_at = session.reauthenticated_at?;
    let ttl = context.app.config.reauthentication_ttl;
    let is_of_session = seconds(from_millis(proven_at)) == claim.auth_time;
    let counts = is_of_session && is_within(proven_at, ttl, context.app.clock.now());
    counts.then(|| StepUp {
        method: claim.method,
        until: until(proven_at, ttl, claim.expires_at),
    })
}

/// With the token, the step-up ends too.
pub(super) fn until(proven_at: i64, ttl: Duration, token_expires_at: u64) -> Timestamp {
    let end = later(from_millis(proven_at), ttl);
    let expiry = i64::try_from(token_expires_at).ok();
    let expiry = expiry.and_then(|seconds| Timestamp::from_second(seconds).ok());
    expiry.map_or(end, |expiry| end.min(expiry))
}

/// What new tokens for the same request carry on.
pub(super) fn carried(context: &OpContext) -> Option<ProvenAgain> {
    let claim = context.step_up_claim()?;
    Some(ProvenAgain {
        auth_time: claim.auth_time,
        method: claim.method,
    })
}

/// Records that the person has just given this proof. Call [`renewed`](super::renewed) after the commit.
pub async fn record_step_up(
    tx: &Tx,
    session: &session::Model,
    method: AuthMethod,
    now: Timestamp,
) -> DbResult<()> {
    store::note_reauthentication(tx, session, method, now.as_millisecond()).await
}

/// Records that the session's person has this second factor: they have just set it up.
pub async fn raise_level(tx: &Tx, session: &session::Model, method: AuthMethod) -> DbResult<()> {
    store::raise_level(tx, session, method).await
}

/// Clears the step-up of the user's other sessions, in the transaction that changes the password: it was proven with
/// the old one.
pub async fn forget_step_ups_of_others(tx: &Tx, session: &session::Model) -> DbResult<()> {
    store::forget_reauthentication_but(tx, session.user_id, session.id).await
}

/// Whole seconds since 1970, as tokens have them.
pub(super) fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}
