//! Step-up: for some minutes after reauthentication, a session may do what is hard to undo (OWASP ASVS 5.0, 7.5.1). A
//! sign-in does not count, however recent: a stolen token has one too.
//!
//! The session stores when its person last proved their identity; the access token that the proof returned names the
//! same second (`auth_time`). Both are needed. Older copies of the session's tokens do not carry the proof, and tokens
//! from a refresh do not either, so a thief who shares the session gains nothing by the owner's proof.

use entity::session;

use super::{claims::ProvenAgain, model::is_within, store};
use crate::{
    context::{AuthMethod, OpContext},
    platform::{
        clock::{Timestamp, from_millis},
        db::{DbResult, Tx},
    },
};

/// The proof of identity that the caller's token and session carry; none if there is none, or if it has expired.
pub fn step_up(context: &OpContext, session: &session::Model) -> Option<AuthMethod> {
    let claim = context.step_up_claim()?;
    let proven_at = session.reauthenticated_at?;
    let ttl = context.app.config.reauthentication_ttl;
    let is_of_session = seconds(from_millis(proven_at)) == claim.auth_time;
    let counts = is_of_session && is_within(proven_at, ttl, context.app.clock.now());
    counts.then_some(claim.method)
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
