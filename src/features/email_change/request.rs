//! Use case: ask to change one's address.

use entity::{one_time_token::Purpose, user};
use secrecy::SecretString;

use super::confirm::{Change, bound};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt,
        mail::{self, Lifetime, Lookup, MailPurpose, NewMail},
        one_time_token::NewToken,
        proof::{self, Lost, MAX_TRIES, Proven, Tried},
        session,
        user::{self as users, EmailAddress, EmailProblem},
    },
    platform::{
        config::EmailVerification,
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// What the person entered.
#[derive(Debug)]
pub struct Input {
    /// The new address.
    pub new_email: String,
    /// The current password.
    pub password: Option<SecretString>,
}

/// Why the change does not wait for confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// This server sends no mail.
    Disabled,
    /// The address is invalid.
    Email(EmailProblem),
    /// It is the current address.
    Unchanged,
    /// Another account has it. Revealed only where sign-up reveals it, too.
    EmailTaken,
    /// The password given is wrong.
    CurrentIncorrect,
    /// Nothing was given that suffices, and the session was not recently reauthenticated.
    ReauthenticationRequired,
}

impl Refusal for Refused {}

/// Makes the new address wait for confirmation, and mails the link to it. Returns the account.
pub async fn request(context: &OpContext, input: &Input) -> Outcome<user::Model, Refused> {
    let app = &context.app;
    if !mail::is_enabled(app) {
        return Err(Refused::Disabled.into());
    }
    session::count_write(context, context.caller().await?).await?;
    let new = EmailAddress::parse(&input.new_email).map_err(Refused::Email)?;
    let mut caller = context.fresh_caller().await?;
    if new.display() == caller.user.email {
        return Err(Refused::Unchanged.into());
    }
    for _ in 0..MAX_TRIES {
        let proven = proof::prove(context, &caller, input.password.as_ref())
            .await
            .map_err(|failure| {
                failure.map(|by| match by {
                    proof::Unproven::Incorrect => Refused::CurrentIncorrect,
                    proof::Unproven::Missing => Refused::ReauthenticationRequired,
                })
            })?;
        // Count first: nobody must find out about many addresses.
        mail::take_for_account(context, MailPurpose::NewAddress, &caller.user.id.to_string()).await?;
        if is_told_taken(context, &caller, &new).await? {
            return Err(Refused::EmailTaken.into());
        }
        mail::take(context, MailPurpose::NewAddress, new.key()).await?;
        match proof::tried(save(context, &caller, &new, &proven).await)? {
            Tried::Done(user) => return Ok(user),
            Tried::Again(current) => caller = *current,
        }
    }
    // The account changed during every try. Refusing is safe, and the next request may succeed.
    Err(Refused::ReauthenticationRequired.into())
}

/// Whether the address is taken, where that is no secret.
async fn is_told_taken(context: &OpContext, caller: &Caller, new: &EmailAddress) -> Outcome<bool, Refused> {
    if context.app.config.email_verification == EmailVerification::Required {
        return Ok(false);
    }
    let found = users::find_by_email(&context.app.db, new).await?;
    Ok(found.is_some_and(|user| user.id != caller.user.id))
}

async fn save(
    context: &OpContext,
    caller: &Caller,
    new: &EmailAddress,
    proven: &Proven,
) -> Outcome<user::Model, Lost> {
    let app = &context.app;
    let user = &caller.user;
    let change = Change {
        new_email: new.display().to_owned(),
        old_email_key: user.email_key.clone(),
    };
    let token = NewToken::new(app, Purpose::Change, Lifetime::Link.duration())
        .of_user(user.id)
        .bound(bound(app, user, new.key())?)
        .carrying(app, &change)?;
    let mail = NewMail::request(
        app,
        Lookup::NewAddress {
            user_id: user.id.to_string(),
            email_key: new.key().to_owned(),
            address: new.for_mail(),
            secret: token.secret.text().clone().into(),
        },
    )?;
    let now = app.clock.now().as_millisecond();
    let event = NewEvent::by_caller(context, EventKind::EmailChangeRequested, caller)
        .personal("email_before", &user.email)
        .personal("email_after", new.display());
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(app.db, |tx| {
        let held = proven.hold(tx, context, caller).await?;
        if held.user.email_key != user.email_key {
            return Err(Lost::Proof(Box::new(held)).into());
        }
        users::set_pending_email(tx, user.id, Some(new.display()), now).await?;
        token.save(tx).await?;
        mail.save(tx, app).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(user::Model {
            pending_email: Some(new.display().to_owned()),
            updated_at: now,
            ..held.user
        })
    })
}
