//! Invites an account again whose address is unproven.

use super::{
    mail_budget::MailBudget,
    refused::{ChangeError, Refused},
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ChangeRight, RecheckError, Target},
        invitation::NewInvitation,
        mail, user as users,
    },
    platform::db::{Tx, TxError},
};

/// Mails an invitation to the locked account; the ones before are dead. The holder must be able to give the roles.
pub(super) async fn send_invitation<R: ChangeRight>(
    tx: &Tx,
    authority: &Authority<'_, R>,
    target: &Target,
    roles: &[String],
) -> Result<(), TxError<ChangeError>> {
    check(authority, target, roles)?;
    let budget = MailBudget::of(authority, &target.user.email_key)?;
    budget.take(tx, authority.app()).await?;
    send(tx, authority, target, roles).await
}

/// The same for a change that does not need the mail: if the budget of mails is used up, none is sent.
pub(super) async fn send_invitation_if_one_is_left<R: ChangeRight>(
    tx: &Tx,
    authority: &Authority<'_, R>,
    target: &Target,
    roles: &[String],
) -> Result<(), TxError<ChangeError>> {
    check(authority, target, roles)?;
    let budget = MailBudget::of(authority, &target.user.email_key)?;
    if budget.try_take(tx, authority.app()).await? {
        send(tx, authority, target, roles).await?;
    }
    Ok(())
}

fn check<R: ChangeRight>(
    authority: &Authority<'_, R>,
    target: &Target,
    roles: &[String],
) -> Result<(), ChangeError> {
    if !mail::is_enabled(authority.app()) {
        return Err(ChangeError::Refused(Refused::MailOff));
    }
    if !authority.can_invite_to(roles) {
        return Err(ChangeError::Recheck(RecheckError::Forbidden));
    }
    if !users::is_open(&target.user) {
        return Err(ChangeError::Refused(Refused::NotFound));
    }
    Ok(())
}

async fn send<R: ChangeRight>(
    tx: &Tx,
    authority: &Authority<'_, R>,
    target: &Target,
    roles: &[String],
) -> Result<(), TxError<ChangeError>> {
    let (app, user) = (authority.app(), &target.user);
    let sender = authority.caller().map(|caller| caller.user.id);
    NewInvitation::of(app, user, roles, sender)?.save(tx, app).await?;
    let event = authority.event(EventKind::InvitationSent, user.id);
    event.detail("roles", &roles.join(",")).save(tx).await?;
    Ok(())
}
