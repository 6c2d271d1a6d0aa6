//! Use case: erase what the log knows about a person.

use std::time::Duration;

use entity::UserId;

use super::store::{erasing, noted};
use crate::{
    context::App,
    platform::{
        clock::{Timestamp, later},
        db::{DbResult, Invalidates, Tx, transaction},
        failure::Failed,
    },
};

/// Maximum number of rows that one statement erases, so that no other writer waits long.
const BATCH: u64 = 500;

/// Deleted accounts that are read at once.
const MAX_ACCOUNTS: u64 = 100;

/// When to look through the log once more after something was erased: requests that had begun, and counts of other
/// servers, write events that name the account.
const LATE_EVENTS: Duration = Duration::from_hours(1);

/// Erases what the log knows about this user: network and agent from which they acted, and personal facts about them.
/// What it knows about others stays, even in events that this user caused. All events stay, and still verify.
///
/// In the transaction that deletes the account. A long history would keep other writers waiting: what is left of it is
/// erased by [`erase_noted`].
pub async fn erase(tx: &Tx, user_id: UserId, now: Timestamp) -> DbResult<()> {
    let is_all = erasing::erase_some(tx, user_id, BATCH).await? < BATCH;
    let due_at = if is_all { later(now, LATE_EVENTS) } else { now };
    noted::note(tx, user_id, due_at.as_millisecond()).await
}

/// Erases what is left about deleted accounts, in batches, until an hour passes without anything new. Returns the number
/// of personal parts. Called once a minute.
pub async fn erase_noted(app: &App) -> Result<u64, Failed> {
    let now = app.clock.now();
    let mut erased = 0;
    loop {
        let due = noted::due(&app.db, now.as_millisecond(), MAX_ACCOUNTS).await?;
        if due.is_empty() {
            return Ok(erased);
        }
        let mut has_failed = false;
        for user_id in due {
            match erase_one(app, user_id, now).await {
                Ok(parts) => erased += parts,
                Err(failure) => {
                    has_failed = true;
                    tracing::warn!(user = %user_id, ?failure, "could not erase what the audit log knows about an account");
                }
            }
        }
        // It would be among the first ones again; the next minute tries it once more.
        if has_failed {
            return Ok(erased);
        }
    }
}

async fn erase_one(app: &App, user_id: UserId, now: Timestamp) -> Result<u64, Failed> {
    let mut erased = 0;
    loop {
        let parts = transaction!(app.db, Invalidates::Nothing, |tx| {
            let parts = erasing::erase_some(tx, user_id, BATCH).await?;
            if parts == 0 && erased == 0 {
                noted::forget(tx, user_id).await?;
            } else if parts == 0 {
                let due_at = later(now, LATE_EVENTS).as_millisecond();
                noted::note(tx, user_id, due_at).await?;
            }
            Ok(parts)
        })?;
        if parts == 0 {
            return Ok(erased);
        }
        erased += parts;
    }
}
