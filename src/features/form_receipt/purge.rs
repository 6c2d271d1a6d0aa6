//! Use case: remove receipts that no longer count.

use super::{COUNTS_FOR, store};
use crate::{
    context::App,
    platform::{clock::Timestamp, db::DbResult},
};

/// Maximum number of receipts that one statement removes, so that no other writer waits long.
const BATCH: u64 = 500;

/// Removes them in batches. Returns how many.
pub async fn purge(app: &App) -> DbResult<u64> {
    let now = app.clock.now();
    let then = now.checked_sub(COUNTS_FOR).unwrap_or(Timestamp::MIN);
    purge_before(app, then.as_millisecond()).await
}

/// Removes all receipts. Returns how many.
pub async fn purge_all(app: &App) -> DbResult<u64> {
    purge_before(app, i64::MAX).await
}

async fn purge_before(app: &App, then: i64) -> DbResult<u64> {
    let mut purged = 0;
    loop {
        let batch = store::purge(&app.db, then, BATCH).await?;
        purged += batch;
        if batch < BATCH {
            return Ok(purged);
        }
    }
}
