//! Reservations that have run out, and accounts whose deletion is due.

use entity::user;

use super::store::{self, deletion, reservation};
use crate::{context::App, platform::db::DbResult};

/// Maximum number of rows that one statement deletes, so that no other writer waits long.
const BATCH: u64 = 500;

/// Deletes the reservations that have run out. Returns how many.
pub async fn purge_reservations(app: &App) -> DbResult<u64> {
    let now = app.clock.now().as_millisecond();
    let mut purged = 0;
    loop {
        let batch = reservation::purge(&app.db, now, BATCH).await?;
        purged += batch;
        if batch < BATCH {
            return Ok(purged);
        }
    }
}

/// Some of the users whose delayed deletion is due.
pub async fn due_for_deletion(app: &App) -> DbResult<Vec<user::Model>> {
    store::due_for_deletion(&app.db, app.clock.now().as_millisecond(), BATCH).await
}

/// Some of the accounts that are closed only because a former address could take itself back, which none can any more.
/// Their owners asked for a deletion with a grace period, which is not over.
pub async fn reopening(app: &App) -> DbResult<Vec<user::Model>> {
    deletion::reopening(&app.db, app.clock.now().as_millisecond(), BATCH).await
}
