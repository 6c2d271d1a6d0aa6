//! Use case: forget streaks that are over, and what networks are not held back by any more.

use super::store;
use crate::platform::{app::App, db::DbResult};

/// Most accounts whose streaks one statement takes away, so that no other writer waits long.
const BATCH: u64 = 500;

/// Forgets them, a few hundred at a time; how many there were.
pub async fn purge(app: &App) -> DbResult<u64> {
    for buckets in [&app.limits.logins, &app.limits.signups].into_iter().flatten() {
        buckets.tidy();
    }
    let now = app.clock.now().as_millisecond();
    let mut purged = 0;
    loop {
        let (batch, may_be_more) = store::purge(&app.db, now, BATCH).await?;
        purged += batch;
        if !may_be_more {
            return Ok(purged);
        }
    }
}
