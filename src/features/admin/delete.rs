//! Use case: delete the account of somebody else.

use entity::UserId;

use super::{
    refused::{Refused, finished},
    target,
};
use crate::{
    features::{
        account::{Closing, Deleted},
        audit::EventKind,
        authority::{Authority, ManageUsers},
        user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// Deletes the account with everything that belongs to it, or closes it until it can be deleted.
pub async fn delete(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<Deleted, Refused> {
    let app = authority.app();
    let user = users::find(&app.db, id).await?.ok_or(Refused::NotFound)?;
    let closing = Closing::of(app, &user)?;
    let event = authority.event(EventKind::UserDeleted, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold_unless_last_admin(tx, authority, id).await?;
        let closed_until = target.user.deletes_at;
        if closed_until.is_some() && target.user.deletion_cancellable_since.is_none() {
            // Closed already: this was recorded and mailed then.
            authority.save_receipt(tx).await?;
            return Ok(Deleted {
                id,
                deletes_at: closed_until,
            });
        }
        let deletes_at = closing.run(tx, app).await?;
        event.save(tx).await?;
        authority.save_receipt(tx).await?;
        Ok(Deleted { id, deletes_at })
    });
    let deleted = finished(done)?;
    if deleted.deletes_at.is_none() {
        closing.finish(app);
    }
    Ok(deleted)
}
