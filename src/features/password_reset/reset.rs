//! Use case: set a new password with the mailed token.

use entity::{
    UserId,
    one_time_token::{self as token_row, Purpose},
    session::RevocationReason,
    user,
};
use secrecy::SecretString;

use crate::{
    context::OpContext,
    features::{
        attempt::{self, AccountCounts},
        form_receipt,
        mailbox::{self, ProvenWith},
        notice,
        one_time_token::{self, TokenProblem},
        password::{NotChosen, choose},
        session, user as users,
    },
    platform::{
        crypto::Asker,
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// What the person entered.
#[derive(Debug)]
pub struct Input {
    /// The token from the mail.
    pub token: SecretString,
    /// The new password.
    pub new_password: SecretString,
}

/// Why the password was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The token does not count.
    Token(TokenProblem),
    /// The new password is refused.
    Password(NotChosen),
}

impl Refusal for Refused {}

/// The account whose password the link sets. Consumes nothing.
pub async fn look(context: &OpContext, secret: &SecretString) -> Outcome<user::Model, TokenProblem> {
    find(context, secret).await.map(|(_, user)| user)
}

/// Sets the password. Nothing is consumed unless it is set. Returns whose it is.
pub async fn reset(context: &OpContext, input: &Input) -> Outcome<UserId, Refused> {
    let app = &context.app;
    let (token, user) = find(context, &input.token)
        .await
        .map_err(|failure| failure.map(Refused::Token))?;
    let password =
        choose(&app.config, &input.new_password, &user.email, &user.name).map_err(Refused::Password)?;
    // A link can be sent many times at once, before one of them uses it up.
    attempt::limit_login(context)?;
    let hash = app.hasher.hash(Asker::Stranger, password.secret()).await?;
    let notice = notice::password_changed(context, &proven(&user, context))?;
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let address = mailbox::bound(app, &user.email_key)?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        let held = held.filter(|held| held.email_key == user.email_key);
        let held = held.ok_or(Refused::Token(TokenProblem::Invalid))?;
        if !one_time_token::claim(tx, &token, millis).await? {
            return Err(Refused::Token(TokenProblem::Invalid).into());
        }
        let held = mailbox::prove(tx, held, &counts, &address, ProvenWith::MailAlone, now).await?;
        users::set_password(tx, held.id, &hash, millis).await?;
        users::set_pending_email(tx, held.id, None, millis).await?;
        session::end_all(tx, held.id, RevocationReason::PasswordChanged, now).await?;
        one_time_token::void_all_of(tx, held.id, &address, millis).await?;
        counts.forgive(tx).await?;
        notice.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(held.id)
    })
}

/// The live token and its user.
async fn find(
    context: &OpContext,
    secret: &SecretString,
) -> Outcome<(token_row::Model, user::Model), TokenProblem> {
    let app = &context.app;
    let token = one_time_token::find(app, &[Purpose::Reset], secret).await?;
    let user = match token.user_id {
        Some(id) => users::find(&app.db, id).await?.filter(users::is_open),
        None => None,
    };
    let user = user.ok_or(TokenProblem::Invalid)?;
    // A token for a former address is dead.
    if token.bound.as_deref() != Some(&*mailbox::bound(app, &user.email_key)?) {
        return Err(TokenProblem::Invalid.into());
    }
    Ok((token, user))
}

/// The user after the reset, for its notice: the reset proves the mailbox.
fn proven(user: &user::Model, context: &OpContext) -> user::Model {
    let now = context.app.clock.now().as_millisecond();
    user::Model {
        email_verified_at: user.email_verified_at.or(Some(now)),
        ..user.clone()
    }
}
