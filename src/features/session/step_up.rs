//! Step-up: for some minutes after a person has proven again who they are, their session may do what is hard to undo
//! (OWASP ASVS 5.0, 7.5.1). A sign-in does not count, however fresh: whoever holds a stolen token has one, too.

use entity::session;

use super::{model::later, store};
use crate::platform::{clock::Timestamp, db::DbResult, op_context::OpContext};

/// Until when the session may, when it still may.
pub fn stepped_up_until(context: &OpContext, session: &session::Model) -> Option<Timestamp> {
    let proven_at = Timestamp::from_millisecond(session.reauthenticated_at?).ok()?;
    let now = context.app.clock.now();
    let until = later(proven_at, context.app.config.reauthentication_ttl);
    (proven_at <= now && now < until).then_some(until)
}

/// Notes that the person behind the session has just proven who they are. Until when that counts; none when the
/// session has ended meanwhile.
pub async fn step_up(context: &OpContext, session: &session::Model) -> DbResult<Option<Timestamp>> {
    let now = context.app.clock.now();
    let noted = store::note_reauthentication(&context.app.db, session.id, now.as_millisecond()).await?;
    Ok(noted.then(|| later(now, context.app.config.reauthentication_ttl)))
}
