//! Use case: remove a key at once, because it was stolen.

use super::{schedule, store};
use crate::{
    context::App,
    features::audit::{Actor, EventKind, NewEvent},
    platform::{
        db::{Invalidates, transaction},
        failure::{Outcome, Refusal},
    },
};

/// Why no key was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRetired {
    /// There is no such key.
    Unknown,
    /// It signs: another one has to follow first.
    Signs,
}

impl Refusal for NotRetired {}

/// Removes a key. Every token that it signed is refused: here within seconds, by services as soon as they have read the
/// key set again.
pub async fn retire(app: &App, kid: &str, actor: Actor) -> Outcome<(), NotRetired> {
    let now = app.db.now(&*app.clock).await?.as_millisecond();
    let event = NewEvent::new(app, EventKind::KeyRotated, actor).detail("retired_kid", kid);
    transaction!(app.db, Invalidates::Nothing, |tx| {
        let rows = store::hold(tx).await?;
        let row = rows.iter().find(|row| row.kid == kid);
        let row = row.ok_or(NotRetired::Unknown)?;
        let signing = schedule::signing(&rows, app.config.jwt_algorithm, now);
        if signing.is_some_and(|signing| signing.id == row.id) {
            return Err(NotRetired::Signs.into());
        }
        store::delete(tx, row.id).await?;
        Ok(event.save(tx).await?)
    })
}
