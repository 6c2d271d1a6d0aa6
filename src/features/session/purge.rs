//! Use case: forget sessions that ended long ago.

use std::time::Duration;

use super::store;
use crate::{
    context::App,
    platform::{clock::Timestamp, db::DbResult},
};

/// How long a session is kept after the time at which it would have ended by itself.
const KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// Most sessions that one statement takes away, so that no other writer waits long.
const BATCH: u64 = 500;

/// Forgets them, a few hundred at a time; how many there were.
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
