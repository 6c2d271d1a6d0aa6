//! Use case: delete the account of somebody else.

use entity::UserId;

use super::{
    refused::{Refused, finished},
    target,
};
use crate::{
    features::{
        account::Closing,
        audit::EventKind,
        authority::{Authority, ManageUsers},
    },
    platform::{db::transaction, failure::Outcome},
};

/// Deletes the account at once, with everything that belongs to it. A former address cannot take it back afterwards: an
/// administrator's deletion is not for the owner to undo.
pub async fn delete(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<(), Refused> {
    let app = authority.app();
    let event = authority.event(EventKind::UserDeleted, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold_unless_last_admin(tx, authority, id).await?;
        let closing = Closing::of(app, &target.user)?;
        closing.run(tx, app).await?;
        event.save(tx).await?;
        authority.save_receipt(tx).await?;
        Ok(closing)
    });
    finished(done)?.finish(app);
    Ok(())
}
