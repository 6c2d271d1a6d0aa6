//! Use case: confirm the new address.

use entity::{
    UserId,
    one_time_token::{self as token_row, Purpose},
    session::RevocationReason,
    user,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::undo::Undo;
use crate::{
    context::{App, Caller, OpContext},
    features::{
        attempt::{AccountKey, Attempt},
        audit::{self, EventKind, NewEvent, SignInRefusal},
        form_receipt,
        mail::{Letter, Lifetime, NewMail, asker, recipient},
        mailbox,
        one_time_token::{self, NewToken, TokenProblem},
        password::Password,
        session,
        user::{self as users, EmailAddress, EmailTaken},
    },
    platform::{
        db::{DbResult, Tx, transaction},
        failure::{Fault, Outcome, Refusal},
    },
};

/// What the token of a change carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    /// The new address as typed.
    pub new_email: String,
    /// The normalised address that it replaces.
    pub old_email_key: String,
}

/// Why the change was not confirmed. Nothing was consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotConfirmed {
    /// The token does not count.
    Token(TokenProblem),
    /// The caller is not signed in to the account, and gave no password.
    PasswordRequired,
    /// The password is wrong.
    InvalidCredentials,
    /// Another account has the address.
    EmailTaken,
}

impl Refusal for NotConfirmed {}

/// What the token of a change is bound to: one change of one account.
pub(super) fn bound(app: &App, user: &user::Model, new_email_key: &str) -> Result<String, Fault> {
    let id = user.id.to_string();
    one_time_token::bound_to(app, &["change", &id, &user.email_key, new_email_key])
}

/// The account and the change that a token is about.
pub async fn find(
    context: &OpContext,
    token: &token_row::Model,
) -> Outcome<(user::Model, Change), TokenProblem> {
    let app = &context.app;
    let user = match token.user_id {
        Some(id) => users::find(&app.db, id).await?.filter(users::is_open),
        None => None,
    };
    let user = user.ok_or(TokenProblem::Invalid)?;
    let change: Change = one_time_token::payload(app, token)?;
    let new = EmailAddress::parse(&change.new_email).map_err(|_| TokenProblem::Invalid)?;
    // The address was changed since: the token is for another change.
    if token.bound.as_deref() != Some(&*bound(app, &user, new.key())?) {
        return Err(TokenProblem::Invalid.into());
    }
    Ok((user, change))
}

/// Gives the account its new address, in a session of it or with its password. Returns the account if the caller is
/// signed in to it.
pub async fn confirm(
    context: &OpContext,
    token: &token_row::Model,
    password: Option<&SecretString>,
) -> Outcome<Option<user::Model>, NotConfirmed> {
    let app = &context.app;
    let (user, change) = find(context, token)
        .await
        .map_err(|failure| failure.map(NotConfirmed::Token))?;
    let caller = context.fresh_optional_caller().await?;
    let caller = caller.filter(|caller| caller.user.id == user.id);
    if caller.is_none() {
        check_password(context, &user, password).await?;
    }
    let new =
        EmailAddress::parse(&change.new_email).map_err(|_| NotConfirmed::Token(TokenProblem::Invalid))?;
    let former = Former::of(context, &user, &new)?;
    let address = mailbox::bound(app, &user.email_key)?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let invalid = NotConfirmed::Token(TokenProblem::Invalid);
    let event = match &caller {
        Some(caller) => NewEvent::by_caller(context, EventKind::EmailChanged, caller),
        None => NewEvent::by_owner(context, EventKind::EmailChanged, user.id),
    };
    let event = event
        .personal("email_before", &user.email)
        .personal("email_after", new.display());
    let changed = transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        let is_same = |held: &user::Model| {
            held.email_key == user.email_key && (caller.is_some() || held.password_hash == user.password_hash)
        };
        let held = held.filter(is_same).ok_or(invalid)?;
        if let Some(caller) = &caller
            && session::hold(tx, &caller.session, now).await?.is_none()
        {
            return Err(NotConfirmed::PasswordRequired.into());
        }
        if !one_time_token::claim(tx, token, millis).await? {
            return Err(invalid.into());
        }
        users::set_email(tx, held.id, &new, millis)
            .await
            .map_err(|error| error.map(|EmailTaken| NotConfirmed::EmailTaken))?;
        // The links to the old address, and those of other changes, are dead.
        one_time_token::void_all_of(tx, held.id, &address, millis).await?;
        if let Some(caller) = &caller {
            session::end_all_but(tx, &caller.session, RevocationReason::EmailChanged, now).await?;
            form_receipt::save(tx, context, caller.session.id).await?;
        } else {
            session::end_all(tx, held.id, RevocationReason::EmailChanged, now).await?;
            form_receipt::save_without_session(tx, context).await?;
        }
        let kept_until = users::kept_until(tx, new.key(), held.id, millis).await?;
        if let Some(former) = &former {
            former.save(tx, app, &held, kept_until, millis).await?;
        }
        users::release_address(tx, new.key()).await?;
        event.save(tx).await?;
        Ok(user::Model {
            email: new.display().to_owned(),
            email_key: new.key().to_owned(),
            email_verified_at: Some(millis),
            pending_email: None,
            updated_at: millis,
            ..held
        })
    })?;
    Ok(caller.map(|_: Caller| changed))
}

async fn check_password(
    context: &OpContext,
    user: &user::Model,
    password: Option<&SecretString>,
) -> Outcome<(), NotConfirmed> {
    let password = password.filter(|password| !password.expose_secret().is_empty());
    let password = password.ok_or(NotConfirmed::PasswordRequired)?;
    let account = AccountKey::of_address(&context.app, &user.email_key)?;
    let password = Password::prepare(password.expose_secret()).ok();
    let attempt = Attempt::begin(context, &account, password.as_ref()).await?;
    let checked = attempt.verify(user.password_hash.as_deref()).await?;
    checked.succeed().await?;
    if checked.matches() {
        Ok(())
    } else {
        audit::note_refused(context, Some(user.id), SignInRefusal::Credentials);
        Err(NotConfirmed::InvalidCredentials.into())
    }
}

/// The letter to a former address that was proven: with a link that takes it back, or without one.
struct Former {
    token: NewToken,
    mail: NewMail,
    mail_for_good: NewMail,
}

impl Former {
    /// None if the address was not proven: it may be a stranger's. None either if only its spelling changes.
    fn of(context: &OpContext, user: &user::Model, new: &EmailAddress) -> Result<Option<Self>, Fault> {
        let app = &context.app;
        if user.email_verified_at.is_none() || user.email_key == new.key() {
            return Ok(None);
        }
        let undo = Undo {
            email: user.email.clone(),
        };
        let token = NewToken::new(app, Purpose::Undo, Lifetime::Notice.duration())
            .of_user(user.id)
            .carrying(app, &undo)?;
        let letter = Letter::AddressChanged {
            new_address: new.display().to_owned(),
            token: token.secret.text().clone().into(),
            asker: asker(context),
        };
        let for_good = Letter::AddressChangedForGood {
            asker: asker(context),
        };
        let id: UserId = user.id;
        Ok(Some(Self {
            mail: NewMail::letter(app, Some(id), recipient(user), letter)?,
            mail_for_good: NewMail::letter(app, Some(id), recipient(user), for_good)?,
            token,
        }))
    }

    /// Keeps the address of `held` for them. If the account comes back to an address that can take itself back until
    /// `kept_until`, this works like that undo: addresses from in between lose theirs, and the last of them gets none. It
    /// would live longer than the older one.
    async fn save(
        &self,
        tx: &Tx,
        app: &App,
        held: &user::Model,
        kept_until: Option<i64>,
        now: i64,
    ) -> DbResult<()> {
        if let Some(until) = kept_until {
            one_time_token::void_undos_since(tx, held.id, Lifetime::Notice.before(until), now).await?;
            users::release_addresses_since(tx, held.id, until).await?;
            return self.mail_for_good.save(tx, app).await;
        }
        let mut token = self.token.clone();
        // An undo must not outlive those of older addresses: its holder could wait for them to end.
        if let Some(first) = users::first_reserved_until(tx, held.id, now).await? {
            token.row.expires_at = token.row.expires_at.min(first);
        }
        token.save(tx).await?;
        users::reserve_address(tx, &held.email_key, held.id, token.row.expires_at).await?;
        self.mail.save(tx, app).await
    }
}
