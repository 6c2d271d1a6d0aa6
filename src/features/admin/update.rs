//! Use case: change the name or the address of somebody else.

use entity::{UserId, user};

use super::{
    mail_budget::MailBudget,
    refused::{ChangeError, Refused, finished},
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers, Target},
        email_verification::link_to,
        mail::{Letter, NewMail, recipient, unnamed},
        mailbox, one_time_token,
        user::{self as users, DisplayName, EmailAddress, Profile},
    },
    platform::{
        db::{Tx, TxError, transaction},
        failure::Outcome,
    },
};

/// What to change. Nothing else changes.
#[derive(Debug, Default)]
pub struct Changes {
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub email: Option<String>,
}

/// Changes what is given. Reports all problems at once. A new address is unproven: a link to confirm it is mailed
/// there, and a mail goes to a proven old address.
pub async fn update(
    authority: &Authority<'_, ManageUsers>,
    id: UserId,
    changes: &Changes,
) -> Outcome<user::Model, Vec<Refused>> {
    let app = authority.app();
    let (profile, email) = check(changes)?;
    let now = app.clock.now().as_millisecond();
    let updated = authority.event(EventKind::UserUpdated, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        let before = target.user.clone();
        match &email {
            Some(email) if email.key() != before.email_key => {
                replace_address(tx, authority, &target, email, now).await?;
            }
            // Other capitals are the same mailbox.
            Some(email) if email.display() != before.email => {
                users::respell_email(tx, id, email, now).await?;
            }
            _ => {}
        }
        let user = users::find_in(tx, id).await?.unwrap_or_else(|| before.clone());
        let user = users::change_profile(tx, user, &profile, now).await?;
        if user == before {
            target::record_unchanged(tx, authority, &target).await?;
        } else {
            let mut event = updated.clone();
            if user.name != before.name {
                event = event
                    .personal("name_before", &before.name)
                    .personal("name_after", &user.name);
            }
            if user.email != before.email {
                event = event
                    .personal("email_before", &before.email)
                    .personal("email_after", &user.email);
            }
            event.save(tx).await?;
        }
        authority.save_receipt(tx).await?;
        Ok(user)
    });
    finished(done).map_err(|failure| failure.map(|refused| vec![refused]))
}

fn check(changes: &Changes) -> Result<(Profile, Option<EmailAddress>), Vec<Refused>> {
    let name = changes.name.as_deref().map(DisplayName::parse).transpose();
    let email = changes.email.as_deref().map(EmailAddress::parse).transpose();
    match (name, email) {
        (Ok(name), Ok(email)) => {
            let profile = Profile {
                name: name.map(DisplayName::into_string),
                ..Profile::default()
            };
            Ok((profile, email))
        }
        (name, email) => {
            let problems = [name.err().map(Refused::Name), email.err().map(Refused::Email)];
            Err(problems.into_iter().flatten().collect())
        }
    }
}

/// Gives the locked account another address, and mails a link to confirm it there.
async fn replace_address(
    tx: &Tx,
    authority: &Authority<'_, ManageUsers>,
    target: &Target,
    email: &EmailAddress,
    now: i64,
) -> Result<(), TxError<ChangeError>> {
    let (app, user) = (authority.app(), &target.user);
    if target.is_self {
        return Err(ChangeError::Refused(Refused::CannotTargetSelf).into());
    }
    if authority.is_last_admin(tx, user.id).await? {
        return Err(ChangeError::Refused(Refused::LastAdmin).into());
    }
    MailBudget::of(authority, email.key())?.take(tx, app).await?;
    let old_address = mailbox::bound(app, &user.email_key)?;
    one_time_token::void_all_of(tx, user.id, &old_address, now).await?;
    users::set_unproven_email(tx, user.id, email, now)
        .await
        .map_err(|error| error.map(ChangeError::from))?;
    let renamed = user::Model {
        email: email.display().to_owned(),
        email_key: email.key().to_owned(),
        ..user.clone()
    };
    link_to(app, &renamed)?.save(tx, app).await?;
    if user.email_verified_at.is_some() {
        let letter = Letter::AddressChangedForGood { asker: unnamed(app) };
        NewMail::letter(app, Some(user.id), recipient(user), letter)?
            .save(tx, app)
            .await?;
    }
    Ok(())
}
