//! The mails about an account, for its owner.

use entity::{MailId, UserId, mail::Model};

use super::store;
use crate::platform::db::{Db, DbResult};

/// Up to `most` mails about this user after `after`, oldest first. Those that have ended stay for some days.
pub async fn after(db: &Db, user_id: UserId, after: Option<MailId>, most: u64) -> DbResult<Vec<Model>> {
    store::of_user_after(db, user_id, after, most).await
}
