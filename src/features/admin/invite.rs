//! Use case: create an account for somebody else, and invite them to it.

use super::{
    mail_budget::MailBudget,
    refused::{ChangeError, Refused, finished},
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers},
        invitation::NewInvitation,
        mail,
        user::{self as users, DisplayName, EmailAddress, Listed, NewUser},
    },
    platform::{
        db::transaction,
        failure::{Denied, Outcome},
    },
};

/// Whom to invite.
#[derive(Debug)]
pub struct Invitee {
    /// Display name.
    pub name: String,
    /// Address, to which the invitation goes.
    pub email: String,
    /// Roles, which count once the invitation is accepted.
    pub roles: Vec<String>,
}

/// Creates the account and mails the invitation. Reports all problems at once. To give roles also takes the permission to
/// manage roles.
pub async fn invite(
    authority: &Authority<'_, ManageUsers>,
    invitee: &Invitee,
) -> Outcome<Listed, Vec<Refused>> {
    let app = authority.app();
    if !mail::is_enabled(app) {
        return Err(vec![Refused::MailOff].into());
    }
    let name = DisplayName::parse(&invitee.name).map_err(Refused::Name);
    let email = EmailAddress::parse(&invitee.email).map_err(Refused::Email);
    let roles = users::checked_roles(app, &invitee.roles).map_err(Refused::from);
    let (name, email, roles) = match (name, email, roles) {
        (Ok(name), Ok(email), Ok(roles)) => (name, email, roles),
        (name, email, roles) => {
            let problems = [name.err(), email.err(), roles.err()];
            return Err(problems.into_iter().flatten().collect::<Vec<_>>().into());
        }
    };
    if !authority.can_invite_to(&roles) {
        return Err(Denied::Forbidden.into());
    }
    let budget = MailBudget::of(authority, email.key())?;
    let locale = authority.caller().map(|caller| caller.user.locale.clone());
    let new = NewUser::new(app, name, &email, None);
    let new = match locale {
        Some(locale) => new.speaking(locale),
        None => new,
    };
    let sender = authority.caller().map(|caller| caller.user.id);
    let invitation = NewInvitation::of(app, &new.user, &roles, sender)?;
    let id = new.user.id;
    let created = authority.event(EventKind::UserCreated, id);
    let sent = authority
        .event(EventKind::InvitationSent, id)
        .detail("roles", &roles.join(","));
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        authority
            .recheck(tx)
            .await
            .map_err(|error| error.map(ChangeError::from))?;
        budget.take(tx, app).await?;
        new.save(tx).await.map_err(|error| error.map(ChangeError::from))?;
        invitation.save(tx, app).await?;
        created.save(tx).await?;
        sent.save(tx).await?;
        authority.save_receipt(tx).await?;
        Ok(())
    });
    finished(done).map_err(|failure| failure.map(|refused| vec![refused]))?;
    Ok(Listed {
        user: new.user,
        roles: Vec::new(),
    })
}
