//! Use case: delete streaks that no longer count, and network limits that are full again.

use super::store::{self, Purged};
use crate::{
    context::{App, Limits},
    platform::db::DbResult,
};

/// Maximum number of accounts whose streaks one statement deletes, so that no other writer waits long.
const BATCH: u64 = 500;

/// Maximum number of streaks of networks without a success, so that guessing from everywhere does not fill the disk:
/// some 100 MB.
const MAX_UNKNOWN: u64 = 500_000;

/// Deletes them in batches. Returns how many.
pub async fn purge(app: &App) -> DbResult<u64> {
    purge_beyond(app, MAX_UNKNOWN).await
}

/// Like [`purge`], and keeps this many streaks of networks without a success: those that count for longest.
pub async fn purge_beyond(app: &App, max_unknown: u64) -> DbResult<u64> {
    let Limits {
        logins,
        expensive_checks,
        signups,
        mails,
        ..
    } = &app.limits;
    for buckets in [logins, expensive_checks, signups, mails].into_iter().flatten() {
        buckets.tidy();
    }
    app.limits.caller_attempts.tidy();
    app.limits.router_attempts.tidy();
    app.limits.writes.tidy();
    app.limits.data_exports.tidy();
    let now = app.clock.now().as_millisecond();
    let purged = purge_in_batches(app, Purged::OverBefore(now)).await?;
    let Some(end) = store::end_of_crowd(&app.db, max_unknown).await? else {
        return Ok(purged);
    };
    tracing::warn!("deleting failures of the last day: more are coming in than can be stored");
    Ok(purged + purge_in_batches(app, Purged::UnknownUntil(end)).await?)
}

/// Deletes all streaks, and with them the known networks. Returns how many.
pub async fn purge_all(app: &App) -> DbResult<u64> {
    purge_in_batches(app, Purged::OverBefore(i64::MAX)).await
}

async fn purge_in_batches(app: &App, which: Purged) -> DbResult<u64> {
    let mut purged = 0;
    loop {
        let (batch, may_be_more) = store::purge(&app.db, which, BATCH).await?;
        purged += batch;
        if !may_be_more {
            return Ok(purged);
        }
    }
}
