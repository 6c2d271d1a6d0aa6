//! Use case: take a former address back.
//!
//! It undoes everything a thief of the account may have done since: the password, the sessions, the second factors that
//! were added, the roles that were given, every other token and every later change end. It cannot be undone itself.
//!
//! A thief of the former mailbox has the link, too. So if a second factor is a week older than the change, a code of it
//! must come with the link: from the app, or a recovery code that is as old. Younger factors may be those of a thief of
//! the account, and end.

use entity::{
    one_time_token::{self as token_row, Purpose},
    session::RevocationReason,
    user,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    context::{App, OpContext},
    features::{
        attempt::AccountCounts,
        audit::{EventKind, NewEvent},
        authority, form_receipt, identity, invitation,
        mail::{Letter, Lifetime, NewMail, asker, recipient},
        mailbox,
        mfa::{self, Checked, Factors, Given, Wrong},
        one_time_token::{self, TokenProblem},
        password_reset, recovery_code, session,
        user::{self as users, EmailAddress, EmailTaken},
    },
    platform::{
        config::ADMIN,
        db::transaction,
        failure::{Failed, Failure, Outcome, Refusal},
    },
};

/// What the token of an undo carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Undo {
    /// The former address as typed.
    pub(super) email: String,
}

/// What an undo would do, or did.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The former address.
    pub former: String,
    /// The address that it replaces.
    pub current: String,
}

/// Why the address is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUndone {
    /// The token does not count.
    Token(TokenProblem),
    /// A second factor older than the change must come along.
    FactorRequired,
    /// It is wrong, or younger than the change.
    Factor(Wrong),
}

impl Refusal for NotUndone {}

/// What the link would do, and whether a code must come along. Consumes nothing.
pub async fn look_at_undo(
    context: &OpContext,
    secret: &SecretString,
) -> Outcome<(Undone, bool), TokenProblem> {
    let app = &context.app;
    let (token, user, former) = find(app, secret).await?;
    let factors = older_factors(app, &token).await?;
    let undone = Undone {
        former: former.display().to_owned(),
        current: user.email,
    };
    Ok((undone, factors.is_some()))
}

/// Factors that were there before this instant are the owner's: a thief may add one shortly before the change.
fn trusted_before(token: &token_row::Model) -> i64 {
    Lifetime::Notice.before(token.created_at)
}

/// The factors from long before the change, if a code can be given for one.
async fn older_factors(app: &App, token: &token_row::Model) -> Result<Option<Factors>, Failed> {
    let Some(user_id) = token.user_id else {
        return Ok(None);
    };
    let factors = Factors::of(app, user_id).await.map_err(Failure::from)?;
    let factors = factors.before(trusted_before(token));
    let codes = recovery_code::count_unused_before(app.db.reader(), user_id, trusted_before(token)).await;
    let has_code = factors.totp.is_some() || (factors.is_any() && codes.map_err(Failure::from)? > 0);
    Ok(has_code.then_some(factors))
}

/// The code that must come along, checked; none if there is no factor older than the change.
async fn check_factor(
    context: &OpContext,
    token: &token_row::Model,
    user: &user::Model,
    factor: Option<&Given>,
) -> Outcome<Option<Checked>, NotUndone> {
    let Some(factors) = older_factors(&context.app, token).await? else {
        return Ok(None);
    };
    let factor = factor.ok_or(NotUndone::FactorRequired)?;
    mfa::check(context, user, &factors, factor, None, Some(trusted_before(token)))
        .await
        .map(Some)
        .map_err(|failure| failure.map(NotUndone::Factor))
}

/// Gives the account its former address back, and mails a link there that sets a new password.
pub async fn undo(
    context: &OpContext,
    secret: &SecretString,
    factor: Option<&Given>,
) -> Outcome<Undone, NotUndone> {
    let app = &context.app;
    let found = find(app, secret).await;
    let (token, user, former) = found.map_err(|failure| failure.map(NotUndone::Token))?;
    let checked = check_factor(context, &token, &user, factor).await?;
    let undone = Undone {
        former: former.display().to_owned(),
        current: user.email.clone(),
    };
    match save(context, &token, &user, &former, checked.as_ref()).await {
        Ok(()) => Ok(undone),
        Err(Failure::Refused(NotUndone::Factor(wrong))) => Err(match checked {
            Some(checked) => NotUndone::Factor(checked.refuse(context, &user).await?).into(),
            None => NotUndone::Factor(wrong).into(),
        }),
        Err(failure) => Err(failure),
    }
}

async fn save(
    context: &OpContext,
    token: &token_row::Model,
    user: &user::Model,
    former: &EmailAddress,
    checked: Option<&Checked>,
) -> Outcome<(), NotUndone> {
    let app = &context.app;
    let invalid = NotUndone::Token(TokenProblem::Invalid);
    let counts = AccountCounts::of(app, user.id, former.key())?;
    let address = mailbox::bound(app, former.key())?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let restored = user::Model {
        email: former.display().to_owned(),
        email_key: former.key().to_owned(),
        email_verified_at: Some(millis),
        ..user.clone()
    };
    let reset = password_reset::new_token(app, &restored)?;
    let letter = Letter::AddressRestored {
        token: reset.secret.text().clone().into(),
    };
    let mail = NewMail::letter(app, Some(user.id), recipient(&restored), letter)?;
    // After two changes, the address in between can be a thief's, and the present one the owner's.
    let farewell = match user.email_verified_at {
        Some(_) => {
            let letter = Letter::AddressChangedForGood {
                asker: asker(context),
            };
            NewMail::letter(app, Some(user.id), recipient(user), letter)?
        }
        None => NewMail::none(),
    };
    let code_used = checked.and_then(|checked| checked.event(context, user.id, None));
    let event = NewEvent::by_owner(context, EventKind::EmailChangeUndone, user.id)
        .personal("email_before", &user.email)
        .personal("email_after", former.display());
    let has_ended_the_last_admin = transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.ok_or(invalid)?;
        if !one_time_token::claim(tx, token, millis).await? {
            return Err(invalid.into());
        }
        if let Some(checked) = checked
            && !checked.take(tx, app).await?
        {
            return Err(NotUndone::Factor(Wrong::Code(checked.method())).into());
        }
        // The address is kept for this account, so nobody else has it.
        users::set_email(tx, held.id, former, millis)
            .await
            .map_err(|error| error.map(|EmailTaken| invalid))?;
        // With the reservations of later changes, whose undos end with this one.
        users::release_addresses_since(tx, held.id, token.expires_at).await?;
        users::remove_password(tx, held.id, millis).await?;
        mfa::remove_since(tx, held.id, trusted_before(token)).await?;
        // All of them: a thief may have come by one that has been linked for long. A reset leads the owner back.
        identity::unlink_since(tx, held.id, 0, millis).await?;
        users::set_deletion(tx, held.id, None, millis).await?;
        // Those who gave them saw the account with its later address.
        let roles = users::roles_in(tx, held.id).await?;
        let is_last_admin = authority::is_last_admin(tx, app, held.id).await?;
        users::remove_roles_since(tx, held.id, token.created_at, millis).await?;
        let kept = users::roles_in(tx, held.id).await?;
        session::end_all(tx, held.id, RevocationReason::EmailChanged, now).await?;
        one_time_token::void_all_of(tx, held.id, &address, millis).await?;
        invitation::void_sent_by(tx, held.id, millis).await?;
        one_time_token::void_undos_since(tx, held.id, token.created_at, millis).await?;
        mailbox::distrust(tx, held.id, &counts).await?;
        reset.save(tx).await?;
        mail.save(tx, app).await?;
        farewell.save(tx, app).await?;
        if let Some(event) = &code_used {
            event.save(tx).await?;
        }
        event.save(tx).await?;
        if kept != roles {
            let event = event.another(EventKind::RolesChanged);
            let event = event.detail("before", &roles.join(","));
            event.detail("after", &kept.join(",")).save(tx).await?;
        }
        form_receipt::save_without_session(tx, context).await?;
        Ok(is_last_admin && !kept.iter().any(|role| role == ADMIN))
    })?;
    if has_ended_the_last_admin {
        tracing::error!(
            user = %user.id,
            "an undo ended the role of the last administrator, which was given after the change of address: make \
             somebody an administrator with `portcullis user set-role`"
        );
    }
    Ok(())
}

async fn find(
    app: &App,
    secret: &SecretString,
) -> Outcome<(token_row::Model, user::Model, EmailAddress), TokenProblem> {
    let token = one_time_token::find(app, &[Purpose::Undo], secret).await?;
    let user = match token.user_id {
        Some(id) => users::find(&app.db, id).await?,
        None => None,
    };
    let user = user.ok_or(TokenProblem::Invalid)?;
    let undo: Undo = one_time_token::payload(app, &token)?;
    let former = EmailAddress::parse(&undo.email).map_err(|_| TokenProblem::Invalid)?;
    Ok((token, user, former))
}
