//! Use case: end the sessions of everybody.

use entity::session::RevocationReason;

use super::store;
use crate::{context::App, platform::db::DbResult};

/// Maximum number of sessions that one statement ends, so that no statement takes too long.
const BATCH: u64 = 500;

/// How many live sessions there are.
pub async fn count_live(app: &App) -> DbResult<u64> {
    store::count_all(&app.db, app.clock.now().as_millisecond()).await
}

/// Ends all sessions, in batches. Returns how many.
pub async fn end_everywhere(app: &App, reason: RevocationReason) -> DbResult<u64> {
    let now = app.clock.now().as_millisecond();
    let mut ended = 0;
    loop {
        match store::revoke_some(&app.db, reason, now, BATCH).await? {
            0 => return Ok(ended),
            batch => ended += batch,
        }
    }
}
