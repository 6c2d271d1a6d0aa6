//! Sends an invitation again, with the same roles or others.

use entity::user;

use super::{
    mail_budget::MailBudget,
    refused::{ChangeError, Refused, finished},
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ChangeRight},
        invitation::NewInvitation,
        mail, user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// Mails another invitation to an account that has not accepted one. The ones before are dead.
pub(super) async fn send_invitation<R: ChangeRight>(
    authority: &Authority<'_, R>,
    user: &user::Model,
    roles: &[String],
) -> Outcome<(), Refused> {
    let app = authority.app();
    if !mail::is_enabled(app) {
        return Err(Refused::MailOff.into());
    }
    let budget = MailBudget::of(authority, &user.email_key)?;
    let (id, email_key) = (user.id, &user.email_key);
    let invitation = NewInvitation::of(app, user, roles)?;
    let event = authority.event(EventKind::InvitationSent, id);
    let event = event.detail("roles", &roles.join(","));
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        // Accepted meanwhile, or another address.
        let is_same = target.user.email_verified_at.is_none() && target.user.email_key == *email_key;
        if !is_same || !users::is_open(&target.user) {
            return Err(ChangeError::Refused(Refused::NotFound).into());
        }
        budget.take(tx, app).await?;
        invitation.save(tx, app).await?;
        event.save(tx).await?;
        authority.save_receipt(tx).await?;
        Ok(())
    });
    finished(done)
}
