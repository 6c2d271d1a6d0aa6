//! Use case: erase what the log knows about a person.

use entity::UserId;

use super::store::erasing;
use crate::{
    context::App,
    platform::db::{DbResult, Tx},
};

/// Maximum number of rows that one statement erases, so that no other writer waits long.
const BATCH: u64 = 500;

/// Erases what the log knows about this user: network and agent from which they acted, and personal facts about them.
/// What it knows about others stays, even in events that this user caused. All events stay, and still verify. In the
/// transaction that deletes the account; for one with a long history, call [`erase_ahead`] before, so that this one has
/// little to do.
pub async fn erase(tx: &Tx, user_id: UserId) -> DbResult<()> {
    erasing::erase(tx, user_id).await
}

/// The same outside of a transaction, in batches. Returns the number of personal parts.
pub async fn erase_ahead(app: &App, user_id: UserId) -> DbResult<u64> {
    let mut erased = 0;
    loop {
        match erasing::erase_some(&app.db, user_id, BATCH).await? {
            0 => return Ok(erased),
            parts => erased += parts,
        }
    }
}
