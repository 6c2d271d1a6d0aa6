//! What an import needs of users: many at once.

use std::collections::BTreeSet;

use entity::UserId;

use super::{Listed, store};
use crate::platform::db::{Db, DbResult, Tx};

/// Which of these normalised addresses another user has, or can take back. Only [`insert_free`] can tell for certain.
pub async fn find_taken(db: &Db, email_keys: Vec<String>, now: i64) -> DbResult<BTreeSet<String>> {
    store::import::find_taken(db, email_keys, now).await
}

/// Inserts those of the users whose addresses are free, with their roles; changes no others. Returns the ids of those
/// that were inserted. At most some hundred at once: each takes 15 of the values that a statement can have.
pub async fn insert_free(tx: &Tx, users: &[Listed], now: i64) -> DbResult<BTreeSet<UserId>> {
    store::import::insert_free(tx, users, now).await
}
