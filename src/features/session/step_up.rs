//! Step-up: for some minutes after reauthentication, a session may do what is hard to undo (OWASP ASVS 5.0, 7.5.1). A
//! sign-in does not count, however recent: a stolen token has one too.

use entity::session;

use super::{model::is_within, store};
use crate::{
    context::OpContext,
    platform::{
        clock::{Timestamp, from_millis, later},
        db::{DbResult, Tx},
    },
};

/// When the session's step-up expires; none if it is not stepped up.
pub fn stepped_up_until(context: &OpContext, session: &session::Model) -> Option<Timestamp> {
    let proven_at = session.reauthenticated_at?;
    let ttl = context.app.config.reauthentication_ttl;
    is_within(proven_at, ttl, context.app.clock.now()).then(|| later(from_millis(proven_at), ttl))
}

/// Records that the person has just reauthenticated. Returns when that expires.
pub async fn step_up(tx: &Tx, context: &OpContext, session: &session::Model) -> DbResult<Timestamp> {
    let now = context.app.clock.now();
    store::note_reauthentication(tx, session.id, now.as_millisecond()).await?;
    Ok(later(now, context.app.config.reauthentication_ttl))
}

/// Clears the step-up of the user's other sessions, in the transaction that changes the password: it was proven with
/// the old one.
pub async fn forget_step_ups_of_others(tx: &Tx, session: &session::Model) -> DbResult<()> {
    store::forget_reauthentication_but(tx, session.user_id, session.id).await
}
