//! Use case: delete mails that ended long ago, and budgets that are full again.

use std::time::Duration;

use entity::{UserId, mail::State};

use super::store;
use crate::{
    context::App,
    platform::{
        clock::Timestamp,
        db::{DbResult, Tx},
    },
};

/// How long ended mails are listed, without their text.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);

/// How long the development outbox keeps mails.
const OUTBOX_KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// Maximum number of rows that one statement deletes, so that no other writer waits long.
const BATCH: u64 = 500;

/// Deletes the mails of a user who is deleted: they hold the address.
pub async fn forget(tx: &Tx, user_id: UserId) -> DbResult<()> {
    store::forget(tx, user_id).await
}

/// Deletes both in batches. Returns the number of mails.
pub async fn purge(app: &App) -> DbResult<u64> {
    let now = app.clock.now();
    let mut purged = 0;
    for (state, kept_for) in [
        (State::Sent, KEPT_FOR),
        (State::Failed, KEPT_FOR),
        (State::Kept, OUTBOX_KEPT_FOR),
    ] {
        let then = now.checked_sub(kept_for).unwrap_or(Timestamp::MIN);
        loop {
            let batch = store::purge(&app.db, state, then.as_millisecond(), BATCH).await?;
            purged += batch;
            if batch < BATCH {
                break;
            }
        }
    }
    while store::purge_budgets(&app.db, now.as_millisecond(), BATCH).await? == BATCH {}
    Ok(purged)
}
