//! Use case: remove the second factors of somebody who lost them.

use entity::UserId;

use super::{
    mail_budget::MailBudget,
    refused::{Refused, finished},
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers},
        mfa::{FactorReset, Reset},
    },
    platform::{db::transaction, failure::Outcome},
};

/// Removes passkeys, authenticator app and recovery codes, and ends all sessions. If that leaves no way to sign in, mails
/// a link to set a password, unless administrators had many mails sent there. Check first that it is the owner who asks.
pub async fn reset_mfa(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<Reset, Refused> {
    let app = authority.app();
    let event = authority.event(EventKind::MfaReset, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        // Their own are removed with a proof, by the owner.
        let target = target::hold_another(tx, authority, id).await?;
        let budget = MailBudget::of_notices(authority, &target.user.email_key)?;
        let reset = FactorReset::of(app, target.user)?;
        let mut done = reset.run(tx, app).await?;
        if done.mails_link {
            done.mails_link = budget.try_take(tx, app).await?;
        }
        if done.mails_link {
            reset.send_link(tx, app).await?;
        }
        event
            .clone()
            .detail("had_factor", if done.had_factor { "true" } else { "false" })
            .save(tx)
            .await?;
        authority.save_receipt(tx).await?;
        Ok((reset, done))
    });
    let (reset, done) = finished(done)?;
    reset.log(&done);
    Ok(done)
}
