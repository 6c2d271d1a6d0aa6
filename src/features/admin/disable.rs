//! Use case: disable an account.

use entity::{UserId, user};

use super::{
    mail_budget::MailBudget,
    reason::checked_reason,
    refused::{Refused, finished},
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers},
        invitation, notice, session, user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// A disabled account.
#[derive(Debug)]
pub struct Disabled {
    /// The account.
    pub user: user::Model,
    /// How many sessions ended.
    pub ended_sessions: u64,
}

/// Ends all sessions, and forbids to sign in. Its owner gets a mail, unless the account was disabled already, or
/// administrators had many mails sent there.
pub async fn disable(
    authority: &Authority<'_, ManageUsers>,
    id: UserId,
    reason: Option<&str>,
) -> Outcome<Disabled, Refused> {
    let app = authority.app();
    let reason = checked_reason(reason)?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let event = authority.event(EventKind::UserDisabled, id);
    // Written by a person about a person.
    let event = match &reason {
        Some(reason) => event.personal("reason", reason),
        None => event,
    };
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold_unless_last_admin(tx, authority, id).await?;
        users::set_status(tx, id, user::Status::Disabled, millis).await?;
        let ended_sessions = session::end_all_of(tx, id, now).await?;
        // Links that the owner asked for stay: they open nothing while the account is disabled.
        invitation::void(tx, id, millis).await?;
        invitation::void_sent_by(tx, id, millis).await?;
        let is_news = target.user.status == user::Status::Active;
        // Disabling never waits for the budget of mails.
        if is_news
            && MailBudget::of_notices(authority, &target.user.email_key)?
                .try_take(tx, app)
                .await?
        {
            notice::account_disabled(app, &target.user)?.save(tx, app).await?;
        }
        // Another reason is recorded, too.
        if is_news || reason.is_some() {
            event.save(tx).await?;
        } else {
            target::record_unchanged(tx, authority, &target).await?;
        }
        authority.save_receipt(tx).await?;
        let user = users::find_in(tx, id).await?.unwrap_or(target.user);
        Ok(Disabled { user, ended_sessions })
    });
    finished(done)
}
