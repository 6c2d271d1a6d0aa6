//! The tokens of an account that can still be used, for its owner.

use entity::{OneTimeTokenId, UserId, one_time_token::Model};

use super::store;
use crate::{context::App, platform::db::DbResult};

/// Up to `most` live tokens of this user after `after`, oldest first.
pub async fn live_after(
    app: &App,
    user_id: UserId,
    after: Option<OneTimeTokenId>,
    most: u64,
) -> DbResult<Vec<Model>> {
    let now = app.clock.now().as_millisecond();
    store::live_after(&app.db, user_id, after, now, most).await
}
