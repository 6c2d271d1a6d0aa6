//! Use case: erase what the log knows about a person.

use entity::UserId;

use super::store;
use crate::{
    context::App,
    platform::db::{DbResult, Tx},
};

/// Maximum number of rows that one statement erases, so that no other writer waits long.
const BATCH: u64 = 500;

/// Erases the personal part of all events about this user or by them: network, agent, and personal facts. The events
/// themselves stay, and still verify. In the transaction that deletes the account; for one with a long history, call
/// [`erase_ahead`] before, so that this one has little to do.
pub async fn erase(tx: &Tx, user_id: UserId) -> DbResult<()> {
    store::erase(tx, user_id).await
}

/// The same outside of a transaction, in batches. Returns the number of events.
pub async fn erase_ahead(app: &App, user_id: UserId) -> DbResult<u64> {
    let mut erased = 0;
    loop {
        let ids = store::not_erased(&app.db, user_id, BATCH).await?;
        if ids.is_empty() {
            return Ok(erased);
        }
        erased += store::erase_each(&app.db, ids).await?;
    }
}
