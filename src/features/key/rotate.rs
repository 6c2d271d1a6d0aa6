//! Use case: let another key follow.

use super::{
    new_key::NewKey,
    schedule::{self, AT_ONCE, KEPT_AFTER, PUBLISHED_BEFORE, millis},
    store,
};
use crate::{
    context::App,
    features::{
        audit::{Actor, EventKind, NewEvent},
        data_key,
    },
    platform::{
        clock::{Timestamp, from_millis},
        crypto::SigningAlgorithm,
        db::{Invalidates, transaction},
        failure::{Failed, Failure, Outcome, Refusal},
    },
};

/// When the new key starts to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// After a day, when every service has read it.
    Published,
    /// As soon as every server has read it.
    Now,
}

/// The new key.
#[derive(Debug, Clone)]
pub struct Rotated {
    /// Its id.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: SigningAlgorithm,
    /// When it starts to sign, by the database's clock.
    pub activates_at: Timestamp,
    /// Until when the other keys verify.
    pub others_retire_at: Timestamp,
}

/// Why no key was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRotated {
    /// The algorithm has no key pairs: its secret is configured.
    SharedSecret(SigningAlgorithm),
    /// A key is published already.
    Published {
        /// Its id.
        kid: String,
        /// When it starts to sign.
        activates_at: Timestamp,
    },
}

impl Refusal for NotRotated {}

/// Makes a key that signs from `start` on. The other keys verify until their last token has run out.
pub async fn rotate(app: &App, start: Start, actor: Actor) -> Outcome<Rotated, NotRotated> {
    let algorithm = app.config.jwt_algorithm;
    if !algorithm.has_key_pairs() {
        return Err(NotRotated::SharedSecret(algorithm).into());
    }
    let now = app.db.now(&*app.clock).await?.as_millisecond();
    let wait = match start {
        Start::Published => PUBLISHED_BEFORE,
        Start::Now => AT_ONCE,
    };
    // Before the transaction: an RSA key takes a while.
    let key = NewKey::generate(
        algorithm,
        now.saturating_add(millis(wait)),
        &*app.clock,
        &*app.rng,
    )?;
    let others_retire_at = key.activates_at.saturating_add(millis(KEPT_AFTER));
    let activates_at = from_millis(key.activates_at);
    let event = NewEvent::new(app, EventKind::KeyRotated, actor)
        .detail("kid", &key.kid)
        .detail("activates_at", &activates_at.to_string());
    transaction!(app.db, Invalidates::Nothing, |tx| {
        let rows = store::hold(tx).await?;
        if let (Start::Published, Some(next)) = (start, schedule::next(&rows, algorithm, now)) {
            return Err(NotRotated::Published {
                kid: next.kid.clone(),
                activates_at: from_millis(next.activates_at),
            }
            .into());
        }
        // Only here: `secret rotate` seals all keys again in a transaction, under a secret that it wrote before. One that
        // was sealed before that and stored after it would need the former secret.
        let row = key.row(&data_key::root(&app.config)?, &*app.rng)?;
        // One that would start later has been overtaken.
        store::delete_waiting(tx, &row).await?;
        store::date_others_in(tx, &row, others_retire_at).await?;
        store::insert_in(tx, row).await?;
        Ok(event.save(tx).await?)
    })?;
    Ok(Rotated {
        kid: key.kid,
        algorithm,
        activates_at,
        others_retire_at: from_millis(others_retire_at),
    })
}

/// Makes the key that follows the present one, if that has signed for as long as the settings say and none waits yet. The
/// caller holds a lease, so that of several servers one does so.
pub async fn rotate_due(app: &App) -> Result<Option<Rotated>, Failed> {
    let algorithm = app.config.jwt_algorithm;
    let age = app.config.key_rotation;
    if !algorithm.has_key_pairs() || age.is_zero() {
        return Ok(None);
    }
    let now = app.db.now(&*app.clock).await?.as_millisecond();
    let rows = store::all(&app.db).await?;
    let by_then = now.saturating_add(millis(PUBLISHED_BEFORE));
    let is_due = |signing| schedule::start_of(signing).saturating_add(millis(age)) <= by_then;
    let is_waiting = schedule::next(&rows, algorithm, now).is_some();
    if is_waiting || !schedule::signing(&rows, algorithm, now).is_some_and(is_due) {
        return Ok(None);
    }
    match rotate(app, Start::Published, Actor::system()).await {
        Ok(rotated) => Ok(Some(rotated)),
        // Somebody was faster.
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Failed(failed)) => Err(failed),
    }
}
