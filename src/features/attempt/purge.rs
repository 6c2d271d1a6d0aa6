//! Use case: forget streaks that are over, and what networks are not held back by any more.

use super::store::{self, Purged};
use crate::{context::App, platform::db::DbResult};

/// Most accounts whose streaks one statement takes away, so that no other writer waits long.
const BATCH: u64 = 500;

/// Most streaks of networks from which no right password came, so that guessing everywhere does not fill the disk:
/// some 100 MB.
const MAX_UNKNOWN: u64 = 500_000;

/// Forgets them, a few hundred at a time; how many there were.
pub async fn purge(app: &App) -> DbResult<u64> {
    purge_beyond(app, MAX_UNKNOWN).await
}

/// As [`purge`], and keeps this many streaks of networks without a success: those that count for longest.
pub async fn purge_beyond(app: &App, max_unknown: u64) -> DbResult<u64> {
    for buckets in [&app.limits.logins, &app.limits.signups].into_iter().flatten() {
        buckets.tidy();
    }
    app.limits.writes.tidy();
    let now = app.clock.now().as_millisecond();
    let purged = purge_all(app, Purged::OverBefore(now)).await?;
    let Some(end) = store::end_of_crowd(&app.db, max_unknown).await? else {
        return Ok(purged);
    };
    tracing::warn!("forgets failures of the last day: more passwords are guessed than can be stored");
    Ok(purged + purge_all(app, Purged::UnknownUntil(end)).await?)
}

async fn purge_all(app: &App, which: Purged) -> DbResult<u64> {
    let mut purged = 0;
    loop {
        let (batch, may_be_more) = store::purge(&app.db, which, BATCH).await?;
        purged += batch;
        if !may_be_more {
            return Ok(purged);
        }
    }
}
