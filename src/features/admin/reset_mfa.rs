//! Use case: remove the second factors of somebody who lost them.

use entity::UserId;

use super::{
    refused::{Refused, finished},
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers},
        mfa::{FactorReset, Reset},
        user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// Removes passkeys, authenticator app and recovery codes, and ends all sessions. If no way to sign in is left, mails a
/// link to set a password. Check first that it is the owner who asks.
pub async fn reset_mfa(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<Reset, Refused> {
    let app = authority.app();
    let user = users::find(&app.db, id).await?.ok_or(Refused::NotFound)?;
    let reset = FactorReset::of(app, user)?;
    let event = authority.event(EventKind::MfaReset, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        // Their own are removed with a proof, by the owner.
        target::hold_another(tx, authority, id).await?;
        let done = reset.run(tx, app).await?;
        event
            .clone()
            .detail("had_factor", if done.had_factor { "true" } else { "false" })
            .save(tx)
            .await?;
        authority.save_receipt(tx).await?;
        Ok(done)
    });
    let done = finished(done)?;
    reset.log(&done);
    Ok(done)
}
