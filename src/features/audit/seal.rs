//! Use case: seal the rows that were written since the last seal.

use std::time::Duration;

use entity::audit_seal::Model;

use super::{
    chain::{Content, next},
    store::seals,
    verify::SealReference,
};
use crate::{
    context::App,
    features::lease,
    platform::{
        clock::Timestamp,
        db::{DbResult, Invalidates, transaction},
        failure::{Failed, Failure, Refusal},
    },
};

/// How old a row must be. Transactions that run at the same time commit in any order, and the clocks of servers differ:
/// without this, most seals would have late rows.
const MIN_AGE: Duration = Duration::from_mins(1);

/// Maximum number of rows that one seal covers.
pub(super) const MAX_ROWS: u64 = 1_000;

/// Maximum number of seals that one call makes.
const MAX_SEALS: u32 = 100;

/// The lease of the server that seals and removes. It saves work: even without it, no two seals could follow the same
/// one, since their numbers are the primary key.
pub(super) const LEASE: &str = "audit";
pub(super) const LEASE_TTL: Duration = Duration::from_mins(3);

/// Another server has sealed these rows.
#[derive(Debug)]
struct Overtaken;

impl Refusal for Overtaken {}

/// Seals all rows that are at least a minute old. Of all servers on the database, one does so at a time. Returns the
/// number of rows.
///
/// A row whose MAC cannot be read is sealed with an empty one, so that it keeps no other row from being sealed.
///
/// A row that was committed late, with an id before the last seal's, is in a later seal, which counts it as late.
pub async fn seal(app: &App) -> Result<u64, Failed> {
    let Some(lease) = lease::acquire(app, LEASE, LEASE_TTL).await? else {
        return Ok(0);
    };
    let until = app.clock.now().checked_sub(MIN_AGE).unwrap_or(Timestamp::MIN);
    let mut sealed = 0;
    for _ in 0..MAX_SEALS {
        let Some(seal) = seal_some(app, until.as_millisecond()).await? else {
            break;
        };
        let rows = u64::try_from(seal.row_count).unwrap_or(0);
        sealed += rows;
        if rows < MAX_ROWS || !lease::renew(app, &lease, LEASE_TTL).await? {
            break;
        }
    }
    Ok(sealed)
}

/// Takes the lease of the audit log. Returns false if a server holds it: a running one takes it at its start and then every
/// minute.
pub async fn acquire_seal_lease(app: &App) -> DbResult<bool> {
    Ok(lease::acquire(app, LEASE, LEASE_TTL).await?.is_some())
}

/// Seals all rows, also the newest, for a caller who knows that no server runs. Returns the last seal; none if there was no
/// row to seal.
pub async fn seal_everything(app: &App) -> Result<Option<SealReference>, Failed> {
    let mut last = None;
    while let Some(seal) = seal_some(app, i64::MAX).await? {
        last = Some(SealReference {
            seq: seal.seq,
            mac: seal.mac,
        });
    }
    Ok(last)
}

async fn seal_some(app: &App, until: i64) -> Result<Option<Model>, Failed> {
    let sealed = transaction!(app.db, Invalidates::Nothing, |tx| {
        // The last seal first: if another server adds one after this, the number is taken.
        let last = seals::last(tx).await?;
        let rows = seals::unsealed_until(tx, until, MAX_ROWS).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        warn_if_cut(app, last.as_ref());
        let seal = next(app, last.as_ref(), Content::of_rows(&rows, last.as_ref()))?;
        let ids = rows.iter().map(|row| row.id).collect();
        let unreadable = rows.iter().filter(|row| !row.is_sound).count();
        let set = seals::set_seal(tx, ids, seal.seq).await?;
        if i64::try_from(set) != Ok(seal.row_count) {
            return Err(Overtaken.into());
        }
        match seals::insert(tx, seal.clone()).await {
            Ok(()) => Ok(Some((seal, unreadable))),
            Err(failure) if failure.is_duplicate() => Err(Overtaken.into()),
            Err(failure) => Err(failure.into()),
        }
    });
    match sealed {
        Ok(Some((seal, unreadable))) => {
            log(app, &seal, "audit log sealed");
            if unreadable > 0 {
                tracing::error!(
                    events = unreadable,
                    "the MAC of events was replaced by something else: run `portcullis audit verify`"
                );
            }
            Ok(Some(seal))
        }
        Ok(None) | Err(Failure::Refused(Overtaken)) => Ok(None),
        Err(Failure::Failed(failed)) => Err(failed),
    }
}

/// Logs an error if the newest seal that this server made is no longer in the chain. Sealing goes on, so that new rows
/// are protected; after this, only the log shows what happened.
fn warn_if_cut(app: &App, last: Option<&Model>) {
    let last = last.map(|last| (last.seq, last.mac.as_str()));
    if let Some((seq, mac)) = app.newest_seal.lost(last) {
        tracing::error!(
            "the end of the audit log was cut off or replaced: run `portcullis audit verify --last-seal {seq}:{mac}`"
        );
    }
}

/// Logs a new seal with its MAC. The log is the only place that shows when somebody cuts off the end of the chain.
pub(super) fn log(app: &App, seal: &Model, message: &'static str) {
    app.newest_seal.set(seal.seq, &seal.mac);
    let Model {
        seq,
        mac,
        row_count,
        late_count,
        removed_to,
        ..
    } = seal;
    tracing::info!(seq, %mac, rows = row_count, late = late_count, removed_to, "{message}");
}
