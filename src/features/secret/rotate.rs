//! Use case: seal every key under a new secret. Sessions, tokens, counts and sealed values stay as they are, also on servers
//! that run meanwhile.

use std::path::PathBuf;

use super::next_secret;
use crate::{
    context::App,
    features::{
        audit::{Actor, EventKind, NewEvent},
        data_key::{self, KeyError},
        key,
    },
    platform::{
        crypto::NotOpened,
        db::{StartLock, TxError, transaction},
        failure::{Outcome, Refusal},
    },
};

/// What was done.
#[derive(Debug)]
pub struct Rotated {
    /// How many keys were sealed again. A start may have done so before.
    pub resealed: u64,
    /// The files that keep the former secrets for backups.
    pub former: Vec<PathBuf>,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRotated {
    /// The setting `secret` has no second secret.
    NoSecond,
    /// A key does not open.
    NotOpened(NotOpened),
}

impl Refusal for NotRotated {}

/// Seals every key under the next secret. The lock keeps servers from starting, and others from doing the same.
pub async fn rotate(app: &App, actor: Actor, _held: &StartLock) -> Outcome<Rotated, NotRotated> {
    if !next_secret::is_available(app)? {
        return Err(NotRotated::NoSecond.into());
    }
    let root = data_key::root_of(&next_secret::next(app)?)?;
    let event = NewEvent::new(app, EventKind::KeyRotated, actor).detail("replaced", "secret");
    let resealed = transaction!(app.db, |tx| {
        let data_keys = data_key::reseal(tx, &root, &*app.rng).await.map_err(of_key)?;
        let signing_keys = key::reseal(tx, &root, &*app.rng).await.map_err(of_key)?;
        let resealed = data_keys.saturating_add(signing_keys);
        let event = event.clone().detail("resealed_keys", &resealed.to_string());
        event.save(tx).await?;
        Ok(resealed)
    })?;
    let former = next_secret::set_older_aside(app)?;
    Ok(Rotated { resealed, former })
}

fn of_key(error: KeyError) -> TxError<NotRotated> {
    match error {
        KeyError::Db(failure) => failure.into(),
        KeyError::NotOpened(not_opened) => NotRotated::NotOpened(not_opened).into(),
        KeyError::Fault(fault) => fault.into(),
    }
}
