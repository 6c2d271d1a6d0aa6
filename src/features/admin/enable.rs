//! Use case: enable a disabled account.

use entity::{UserId, user};

use super::{
    refused::{Refused, finished},
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers},
        user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// Allows to sign in again. Sessions that ended stay ended.
pub async fn enable(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<user::Model, Refused> {
    let app = authority.app();
    let now = app.clock.now().as_millisecond();
    let event = authority.event(EventKind::UserEnabled, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        if target.user.status == user::Status::Active {
            target::record_unchanged(tx, authority, &target).await?;
        } else {
            users::set_status(tx, id, user::Status::Active, now).await?;
            event.save(tx).await?;
        }
        authority.save_receipt(tx).await?;
        Ok(users::find_in(tx, id).await?.unwrap_or(target.user))
    });
    finished(done)
}
