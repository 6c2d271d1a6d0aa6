//! Use case: remove the authenticator apps and recovery codes of everybody, because their secrets became known. Passkeys
//! stay: the server only has their public keys.

use std::collections::BTreeSet;

use crate::{
    context::App,
    features::{
        audit::{Actor, EventKind, NewEvent},
        recovery_code, totp,
    },
    platform::{db::transaction, failure::Failed},
};

/// Maximum number of users whose secrets one transaction removes, so that none takes too long.
const BATCH: u64 = 100;

/// Removes them in batches, each with an event for each user, so that the owner can see what happened. Returns the number
/// of users.
pub async fn forget_secrets(app: &App, actor: &Actor) -> Result<u64, Failed> {
    let mut users = 0;
    loop {
        let mut batch: BTreeSet<_> = totp::some_users(&app.db, BATCH).await?.into_iter().collect();
        batch.extend(recovery_code::some_users(&app.db, BATCH).await?);
        if batch.is_empty() {
            return Ok(users);
        }
        let events: Vec<_> = batch
            .iter()
            .map(|id| {
                NewEvent::new(app, EventKind::MfaReset, actor.clone())
                    .about(*id)
                    .detail("cause", "secrets_leaked")
                    .detail("kept", "passkeys")
            })
            .collect();
        transaction!(app.db, |tx| {
            for id in &batch {
                totp::remove(tx, *id).await?;
                recovery_code::remove(tx, *id).await?;
            }
            Ok(NewEvent::save_all(tx, events.iter().collect()).await?)
        })?;
        users += u64::try_from(batch.len()).unwrap_or(u64::MAX);
    }
}
