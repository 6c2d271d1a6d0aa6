//! Use case: destroy the private keys whose last token has run out.

use super::store;
use crate::{context::App, platform::db::DbResult};

/// Deletes them. Returns how many.
pub async fn purge(app: &App) -> DbResult<u64> {
    let now = app.db.now(&*app.clock).await?.as_millisecond();
    store::delete_retired(&app.db, now).await
}
