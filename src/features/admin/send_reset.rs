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
        authority::{Authority, ManageUsers, Target},
        invitation,
        mail::{self, Letter, NewMail, recipient, unnamed},
        password_reset, user as users,
    },
    platform::{
        db::{Tx, TxError, transaction},
        failure::Outcome,
    },
};

/// Puts the mail into the outbox. Nothing changes until the link is used. A person who has not accepted an invitation is
/// invited again, with the same roles, which the caller must be able to give.
pub async fn send_reset(authority: &Authority<'_, ManageUsers>, id: UserId) -> Outcome<(), Refused> {
    let app = authority.app();
    if !mail::is_enabled(app) {
        return Err(Refused::MailOff.into());
    }
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        match roles_of_invitation(tx, authority, &target).await? {
            Some(roles) => send_invitation(tx, authority, &target, &roles).await?,
            None => send_link(tx, authority, &target).await?,
        }
        authority.save_receipt(tx).await?;
        Ok(())
    });
    finished(done)
}

/// The roles of another invitation; none if the account needs none. One that was invited and then disabled has no
/// invitation any more, but no password either.
async fn roles_of_invitation(
    tx: &Tx,
    authority: &Authority<'_, ManageUsers>,
    target: &Target,
) -> Result<Option<Vec<String>>, TxError<ChangeError>> {
    if target.user.email_verified_at.is_some() {
        return Ok(None);
    }
    let pending = invitation::pending_in(tx, authority.app(), target.user.id).await?;
    let was_invited = pending.is_some() || target.user.password_hash.is_none();
    let roles = pending.map_or_else(|| target.roles.clone(), |pending| pending.roles);
    Ok(was_invited.then_some(roles))
}

async fn send_link(
    tx: &Tx,
    authority: &Authority<'_, ManageUsers>,
    target: &Target,
) -> Result<(), TxError<ChangeError>> {
    let (app, user) = (authority.app(), &target.user);
    if !users::is_open(user) {
        return Err(ChangeError::Refused(Refused::NotFound).into());
    }
    MailBudget::of(authority, &user.email_key)?.take(tx, app).await?;
    let token = password_reset::new_token(app, user)?;
    let letter = Letter::ResetPassword {
        token: token.secret.text().clone().into(),
        asker: unnamed(app),
    };
    token.save(tx).await?;
    NewMail::letter(app, Some(user.id), recipient(user), letter)?
        .save(tx, app)
        .await?;
    let event = authority.event(EventKind::PasswordResetRequested, user.id);
    event.save(tx).await?;
    Ok(())
}
