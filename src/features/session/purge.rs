//! Use case: delete sessions that ended long ago.

use std::time::Duration;

use super::store;
use crate::{
    context::App,
    platform::{clock::Timestamp, db::DbResult},
};

/// How long a session is kept after the time at which it would have expired.
const KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// Maximum number of sessions that one statement deletes, so that no other writer waits long.
const BATCH: u64 = 500;

/// Deletes them in batches. Returns how many.
pub async fn purge(app: &App) -> DbResult<u64> {
    let now = app.clock.now();
    let then = now
        .checked_sub(KEPT_FOR)
        .unwrap_or(Timestamp::MIN)
        .as_millisecond();
    let mut purged = 0;
    loop {
        let batch = store::purge(&app.db, then, BATCH).await?;
        purged += batch;
        if batch < BATCH {
            return Ok(purged);
        }
    }
}
