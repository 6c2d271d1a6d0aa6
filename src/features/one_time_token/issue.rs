//! A token that is about to be handed out.

use std::time::Duration;

use entity::{
    OneTimeTokenId, UserId,
    one_time_token::{Model, Purpose},
};
use serde::Serialize;

use super::{TokenSecret, payload::seal, secret::key_of, store};
use crate::{
    context::App,
    platform::{
        clock::later,
        db::{DbResult, Tx},
        failure::Fault,
        id,
    },
};

/// A new token that is not saved yet.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What to hand out.
    pub secret: TokenSecret,
    /// The row to save.
    pub row: Model,
}

impl NewToken {
    /// A token for `purpose` that expires after `ttl`.
    pub fn new(app: &App, purpose: Purpose, ttl: Duration) -> Self {
        let now = app.clock.now();
        let secret = TokenSecret::new(&*app.rng);
        let row = Model {
            id: OneTimeTokenId(id::new(&*app.clock, &*app.rng)),
            purpose,
            secret_key: secret.key().as_str().to_owned(),
            user_id: None,
            sender_id: None,
            bound: None,
            sealed_payload: None,
            attempts_left: 0,
            created_at: now.as_millisecond(),
            expires_at: later(now, ttl).as_millisecond(),
            used_at: None,
        };
        Self { secret, row }
    }

    /// The record that a secret was used which has no row of its own. `named` tells it from all others.
    pub fn of_used(app: &App, purpose: Purpose, ttl: Duration, named: &str) -> Self {
        let mut used = Self::new(app, purpose, ttl);
        used.row.secret_key = key_of(named);
        used.row.used_at = Some(used.row.created_at);
        used
    }

    /// For the account of this user.
    #[must_use]
    pub fn of_user(mut self, id: UserId) -> Self {
        self.row.user_id = Some(id);
        self
    }

    /// Sent on behalf of this user.
    #[must_use]
    pub fn sent_by(mut self, id: Option<UserId>) -> Self {
        self.row.sender_id = id;
        self
    }

    /// Bound to something else, by a key of [`bound_to`](super::bound_to).
    #[must_use]
    pub fn bound(mut self, key: String) -> Self {
        self.row.bound = Some(key);
        self
    }

    /// Sets how often its code may be tried.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.row.attempts_left = attempts.into();
        self
    }

    /// Seals the payload that its use needs.
    pub fn carrying(mut self, app: &App, payload: &impl Serialize) -> Result<Self, Fault> {
        self.row.sealed_payload = Some(seal(app, self.row.id, payload)?);
        Ok(self)
    }

    /// Saves it. Returns false if a secret with the same key was saved before; then roll back.
    pub async fn save_if_new(&self, tx: &Tx) -> DbResult<bool> {
        store::insert_if_new(tx, self.row.clone()).await
    }

    /// Saves it.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        store::insert(tx, self.row.clone()).await
    }
}
