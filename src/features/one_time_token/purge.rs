//! Use case: delete tokens that ended long ago.

use std::time::Duration;

use super::store;
use crate::{
    context::App,
    platform::{clock::Timestamp, db::DbResult},
};

/// How long an expired token is kept, so that its holder gets the error that it expired, and not that it is unknown.
const KEPT_FOR: Duration = Duration::from_hours(24);

/// Maximum number of tokens that one statement deletes, so that no other writer waits long.
const BATCH: u64 = 500;

/// Deletes them in batches. Returns how many.
pub async fn purge(app: &App) -> DbResult<u64> {
    let now = app.clock.now();
    let then = now.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN);
    purge_before(app, then.as_millisecond()).await
}

/// How many tokens can still be used.
pub async fn count_live(app: &App) -> DbResult<u64> {
    store::count(&app.db, app.clock.now().as_millisecond()).await
}

/// Deletes all tokens, also those that can still be used. Returns how many.
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
