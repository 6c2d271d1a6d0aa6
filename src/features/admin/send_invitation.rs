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
    let (app, user) = (authority.app(), &target.user);
    if !mail::is_enabled(app) {
        return Err(ChangeError::Refused(Refused::MailOff).into());
    }
    if !authority.can_invite_to(roles) {
        return Err(ChangeError::Recheck(RecheckError::Forbidden).into());
    }
    if !users::is_open(user) {
        return Err(ChangeError::Refused(Refused::NotFound).into());
    }
    MailBudget::of(authority, &user.email_key)?.take(tx, app).await?;
    let sender = authority.caller().map(|caller| caller.user.id);
    NewInvitation::of(app, user, roles, sender)?.save(tx, app).await?;
    let event = authority.event(EventKind::InvitationSent, user.id);
    event.detail("roles", &roles.join(",")).save(tx).await?;
    Ok(())
}
