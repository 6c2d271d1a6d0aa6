//! Use case: erase what the log knows about a person.

use std::time::Duration;

use entity::UserId;

use super::store::erasing;
use crate::{
    context::App,
    platform::{
        clock::{from_millis, later},
        db::{DbResult, Invalidates, Tx, transaction},
        failure::Failed,
    },
};

/// Maximum number of rows that one statement erases, so that no other writer waits long.
const BATCH: u64 = 500;

/// Deleted accounts that one call of [`erase_noted`] looks at.
const MAX_ACCOUNTS: u64 = 100;

/// For so long after a deletion the log is looked through again: requests that had begun, and counts of other servers,
/// write events that name the account.
const LATE_EVENTS: Duration = Duration::from_hours(1);

/// Erases what the log knows about this user: network and agent from which they acted, and personal facts about them.
/// What it knows about others stays, even in events that this user caused. All events stay, and still verify.
///
/// In the transaction that deletes the account. A long history would keep other writers waiting: what is left of it is
/// erased by [`erase_noted`].
pub async fn erase(tx: &Tx, user_id: UserId, now: i64) -> DbResult<()> {
    erasing::erase_some(tx, user_id, BATCH).await?;
    erasing::note(tx, user_id, now).await
}

/// Erases what is left about deleted accounts, in batches. Returns the number of personal parts. Called once a minute.
pub async fn erase_noted(app: &App) -> Result<u64, Failed> {
    let now = app.clock.now();
    let mut erased = 0;
    for account in erasing::noted(&app.db, MAX_ACCOUNTS).await? {
        let is_over = later(from_millis(account.deleted_at), LATE_EVENTS) <= now;
        loop {
            let parts = transaction!(app.db, Invalidates::Nothing, |tx| {
                let parts = erasing::erase_some(tx, account.user_id, BATCH).await?;
                if parts == 0 && is_over {
                    erasing::forget(tx, account.user_id).await?;
                }
                Ok(parts)
            })?;
            erased += parts;
            if parts == 0 {
                break;
            }
        }
    }
    Ok(erased)
}
