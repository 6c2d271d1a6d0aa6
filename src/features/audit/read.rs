//! Use case: record that somebody read what others did or have.

use entity::UserId;

use super::{actor::Actor, event::NewEvent, kind::EventKind};
use crate::{
    context::{App, OpContext, RecordedRead},
    platform::failure::Failed,
};

/// Records that the actor reads about this user; about everybody, if there is none. A walk through many pages is one
/// event: at most one for each reader and subject in a minute, on each server. Call it before the read, which must not
/// happen if it fails.
pub async fn record_read(
    app: &App,
    kind: EventKind,
    actor: Actor,
    subject: Option<UserId>,
) -> Result<(), Failed> {
    let read = RecordedRead {
        kind: kind.word(),
        reader: actor.id,
        subject,
    };
    let event = NewEvent::new(app, kind, actor);
    let event = match subject {
        Some(subject) => event.about(subject),
        None => event,
    };
    let now = app.clock.now().as_millisecond();
    app.recorded_reads.once(read, now, event.save_alone()).await
}

/// Records that the caller sees the account of somebody else. Call it before anything of the account is shown that is
/// more than a line of a list. Their own account is not recorded.
pub async fn record_view(context: &OpContext, subject: UserId) -> Result<(), Failed> {
    let caller = context.caller().await?;
    if caller.user.id == subject {
        return Ok(());
    }
    let actor = Actor::administrator(context, caller.user.id, caller.session.id);
    record_read(&context.app, EventKind::UserViewed, actor, Some(subject)).await
}
