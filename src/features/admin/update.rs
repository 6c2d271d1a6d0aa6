//! Use case: change the name or the address of somebody else.

use entity::{UserId, user};

use super::{
    mail_budget::MailBudget,
    refused::{ChangeError, Refused, finished},
    target,
};
use crate::{
    context::App,
    features::{
        audit::EventKind,
        authority::{Authority, ManageUsers, Target},
        email_verification::{VerificationLink, link_to},
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
    let user = users::find(&app.db, id).await?.ok_or(vec![Refused::NotFound])?;
    let email = email.filter(|email| email.display() != user.email);
    // Other capitals are the same mailbox.
    let (respelled, email) = match email {
        Some(email) if email.key() == user.email_key => (Some(email), None),
        email => (None, email),
    };
    let email = email
        .map(|email| NewAddress::of(authority, &user, email))
        .transpose()?;
    let now = app.clock.now().as_millisecond();
    let updated = authority.event(EventKind::UserUpdated, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        let before = target.user.clone();
        if let Some(email) = &email {
            let is_last = authority.is_last_admin(tx, id).await?;
            email.save(tx, app, &target, is_last, now).await?;
        }
        if let Some(email) = &respelled {
            users::respell_email(tx, id, email, now).await?;
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

/// Another address, with the mails about it.
struct NewAddress {
    email: EmailAddress,
    /// The normalised address that it replaces, and the key that its tokens are bound to.
    old_email_key: String,
    old_address: String,
    budget: MailBudget,
    link: VerificationLink,
    notice: NewMail,
}

impl NewAddress {
    fn of(
        authority: &Authority<'_, ManageUsers>,
        user: &user::Model,
        email: EmailAddress,
    ) -> Outcome<Self, Vec<Refused>> {
        let app = authority.app();
        let renamed = user::Model {
            email: email.display().to_owned(),
            email_key: email.key().to_owned(),
            ..user.clone()
        };
        let notice = if user.email_verified_at.is_some() {
            let letter = Letter::AddressChangedForGood { asker: unnamed(app) };
            NewMail::letter(app, Some(user.id), recipient(user), letter)?
        } else {
            NewMail::none()
        };
        Ok(Self {
            budget: MailBudget::of(authority, email.key())?,
            link: link_to(app, &renamed)?,
            old_email_key: user.email_key.clone(),
            old_address: mailbox::bound(app, &user.email_key)?,
            email,
            notice,
        })
    }

    async fn save(
        &self,
        tx: &Tx,
        app: &App,
        target: &Target,
        is_last: bool,
        now: i64,
    ) -> Result<(), TxError<ChangeError>> {
        let id = target.user.id;
        if target.is_self {
            return Err(ChangeError::Refused(Refused::CannotTargetSelf).into());
        }
        // The mails are about the address that was read before.
        if target.user.email_key != self.old_email_key {
            return Err(ChangeError::Refused(Refused::NotFound).into());
        }
        if is_last {
            return Err(ChangeError::Refused(Refused::LastAdmin).into());
        }
        self.budget.take(tx, app).await?;
        one_time_token::void_all_of(tx, id, &self.old_address, now).await?;
        users::set_unproven_email(tx, id, &self.email, now)
            .await
            .map_err(|error| error.map(ChangeError::from))?;
        self.link.save(tx, app).await?;
        self.notice.save(tx, app).await?;
        Ok(())
    }
}
