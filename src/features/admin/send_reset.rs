//! Use case: mail somebody a link to set a new password.

use entity::UserId;

use super::{
    mail_budget::MailBudget,
    refused::{ChangeError, Refused, finished},
    send_invitation::send_invitation,
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers},
        invitation,
        mail::{self, Letter, NewMail, recipient, unnamed},
        password_reset, user as users,
    },
    platform::{
        config::Permission,
        db::transaction,
        failure::{Denied, Outcome},
    },
};

/// Puts the mail into the outbox. Nothing changes until the link is used. A person who has not accepted an invitation is
/// invited again, with the same roles, which the caller must be able to give.
pub async fn send_reset(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<(), Refused> {
    let app = authority.app();
    if !mail::is_enabled(app) {
        return Err(Refused::MailOff.into());
    }
    let user = users::find(&app.db, id).await?.filter(users::is_open);
    let user = user.ok_or(Refused::NotFound)?;
    if let Some(pending) = invitation::pending(app, id).await? {
        let may_grant = pending.roles.is_empty() || authority.has(Permission::ManageRoles);
        if !may_grant || !authority.can_grant(&pending.roles) {
            return Err(Denied::Forbidden.into());
        }
        return send_invitation(authority, &user, &pending.roles).await;
    }
    let budget = MailBudget::of(authority, &user.email_key)?;
    let token = password_reset::new_token(app, &user)?;
    let letter = Letter::ResetPassword {
        token: token.secret.text().clone().into(),
        asker: unnamed(app),
    };
    let mail = NewMail::letter(app, Some(user.id), recipient(&user), letter)?;
    let event = authority.event(EventKind::PasswordResetRequested, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        // The mail goes to the address that was read before.
        if !users::is_open(&target.user) || target.user.email_key != user.email_key {
            return Err(ChangeError::Refused(Refused::NotFound).into());
        }
        budget.take(tx, app).await?;
        token.save(tx).await?;
        mail.save(tx, app).await?;
        event.save(tx).await?;
        authority.save_receipt(tx).await?;
        Ok(())
    });
    finished(done)
}
