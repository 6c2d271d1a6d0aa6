//! Use case: remove events that are older than the setting `audit_retention`.

use entity::audit_seal::Model;

use super::{
    chain::{Content, Start, next, removed_until},
    seal::{LEASE, LEASE_TTL, log},
    seal_mac::{SealState, check_stored},
    store::seals,
};
use crate::{
    context::App,
    features::lease::{self, Lease},
    platform::{
        clock::Timestamp,
        db::{DbResult, Invalidates, transaction},
        failure::{Failed, Failure, Refusal},
    },
};

/// Maximum number of seals that are removed at once, with their rows.
const MAX_SEALS: u64 = 500;

/// Maximum number of rows that one statement deletes, so that no other writer waits long.
const BATCH: u64 = 500;

/// Another server has added a seal.
#[derive(Debug)]
struct Overtaken;

impl Refusal for Overtaken {}

/// Removes the seals that are too old, with their rows. Before that, it adds a seal that says what is removed, so that
/// the rest still verifies. Of all servers on the database, one does so at a time. Returns the number of rows.
///
/// Removes nothing from a changed seal on: somebody could have made it look old to have the server hide their traces.
pub async fn purge(app: &App) -> Result<u64, Failed> {
    let Some(lease) = lease::acquire(app, LEASE, LEASE_TTL).await? else {
        return Ok(0);
    };
    let mut start = Start::find(&app.db, &app.audit_keys).await?;
    // What an interrupted run has left.
    let mut removed = remove(app, &lease, &start).await?;
    while let Some(end) = last_expired(app, &start).await? {
        if !record(app, &end).await? {
            break;
        }
        start = Start {
            removed_to: end.seq,
            mac: Some(end.mac),
        };
        removed += remove(app, &lease, &start).await?;
    }
    Ok(removed)
}

/// The last of the seals after the start that are too old; none if the first one is not.
async fn last_expired(app: &App, start: &Start) -> DbResult<Option<Model>> {
    let retention = app.config.audit_retention;
    let then = app.clock.now().checked_sub(retention).unwrap_or(Timestamp::MIN);
    let then = then.as_millisecond();
    let mut last: Option<Model> = None;
    for stored in seals::after(&app.db, start.removed_to, MAX_SEALS).await? {
        let state = check_stored(&app.audit_keys, &stored);
        let seal = stored.into_model();
        if seal.created_at >= then {
            break;
        }
        let follows = match &last {
            Some(last) => seal.seq == last.seq + 1 && seal.previous_mac.as_ref() == Some(&last.mac),
            None => start.is_followed_by(&seal),
        };
        let seq = seal.seq;
        if state == SealState::UnknownKey {
            tracing::warn!(
                seq,
                "the audit log has a seal with an unknown key: restart this server if the key is new"
            );
            break;
        }
        if !follows || state == SealState::Changed {
            tracing::error!(
                seq,
                "the audit log was changed, and nothing is removed from here on: run `portcullis audit verify`"
            );
            break;
        }
        last = Some(seal);
    }
    Ok(last)
}

/// Adds the seal that records a removal. Returns whether it did.
async fn record(app: &App, end: &Model) -> Result<bool, Failed> {
    let recorded = transaction!(app.db, Invalidates::Nothing, |tx| {
        let Some(last) = seals::last(tx).await? else {
            return Err(Overtaken.into());
        };
        let seal = next(app, Some(&last), Content::of_removal(end, &last))?;
        match seals::insert(tx, seal.clone()).await {
            Ok(()) => Ok(seal),
            Err(failure) if failure.is_duplicate() => Err(Overtaken.into()),
            Err(failure) => Err(failure.into()),
        }
    });
    match recorded {
        Ok(seal) => {
            log(app, &seal, "audit log removes old events");
            Ok(true)
        }
        Err(Failure::Refused(Overtaken)) => Ok(false),
        Err(Failure::Failed(failed)) => Err(failed),
    }
}

/// Deletes everything before the start, rows first: a seal without rows is found again. Returns the number of rows.
async fn remove(app: &App, lease: &Lease, start: &Start) -> DbResult<u64> {
    if start.mac.is_none() {
        return Ok(0);
    }
    let mut removed = 0;
    // A row that is newer was moved there by hand.
    let until = removed_until(&app.db, start).await?;
    loop {
        let batch = seals::purge_rows(&app.db, start.removed_to, until, BATCH).await?;
        removed += batch;
        if batch < BATCH {
            break;
        }
        if !lease::renew(app, lease, LEASE_TTL).await? {
            return Ok(removed);
        }
    }
    while seals::purge_seals(&app.db, start.removed_to, BATCH).await? == BATCH {}
    Ok(removed)
}
