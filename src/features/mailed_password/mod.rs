//! Passwords that are set with a mailed link: what a reset and an invitation have in common.
//!
//! The link proves the mailbox, and setting a password uses it up together with every other link of the account. Nobody
//! is signed in. A failure consumes nothing.

mod problem;

use entity::{
    one_time_token::{self as token_row, Purpose},
    user,
};
use secrecy::SecretString;

pub use self::problem::Refused;
use super::{
    attempt::{self, AccountCounts},
    audit::{EventKind, NewEvent},
    form_receipt,
    mailbox::{self, Proof, ProvenWith},
    one_time_token::{self, TokenProblem},
    password::choose,
    user as users,
};
use crate::{
    context::OpContext,
    platform::{
        clock::Timestamp,
        crypto::{Asker, PasswordHash},
        db::{DbResult, Tx, TxError},
        failure::Outcome,
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

/// The account that a link is for. Consumes nothing.
pub async fn look(
    context: &OpContext,
    purpose: Purpose,
    secret: &SecretString,
) -> Outcome<user::Model, TokenProblem> {
    find(context, purpose, secret).await.map(|(_, user)| user)
}

/// A password that was chosen by a reader of the mail, hashed, and not set yet.
#[derive(Debug)]
pub struct Chosen {
    token: token_row::Model,
    user: user::Model,
    hash: PasswordHash,
    counts: AccountCounts,
    /// The key that tokens for the address are bound to.
    address: String,
    now: Timestamp,
}

impl Chosen {
    /// Checks link and password, and hashes the password.
    pub async fn with_link(context: &OpContext, purpose: Purpose, input: &Input) -> Outcome<Self, Refused> {
        let app = &context.app;
        let (token, user) = find(context, purpose, &input.token)
            .await
            .map_err(|failure| failure.map(Refused::Token))?;
        let password =
            choose(&app.config, &input.new_password, &user.email, &user.name).map_err(Refused::Password)?;
        // A link can be sent many times at once, before one of them uses it up.
        attempt::limit_login(context)?;
        Ok(Self {
            hash: app.hasher.hash(Asker::Stranger, password.secret()).await?,
            counts: AccountCounts::of(app, user.id, &user.email_key)?,
            address: mailbox::bound(app, &user.email_key)?,
            now: app.clock.now(),
            token,
            user,
        })
    }

    /// The account, as it was read with the link.
    pub fn user(&self) -> &user::Model {
        &self.user
    }

    /// The link.
    pub fn token(&self) -> &token_row::Model {
        &self.token
    }

    /// What is counted against the account.
    pub fn counts(&self) -> &AccountCounts {
        &self.counts
    }

    /// When it was chosen.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Locks the account and uses the link up. Returns the account as it is before [`Chosen::set`].
    pub async fn claim(&self, tx: &Tx) -> Result<user::Model, TxError<Refused>> {
        let held = users::hold(tx, self.user.id).await?.filter(users::is_open);
        let held = held.filter(|held| held.email_key == self.user.email_key);
        let held = held.ok_or(Refused::Token(TokenProblem::Invalid))?;
        if one_time_token::claim(tx, &self.token, self.now.as_millisecond()).await? {
            Ok(held)
        } else {
            Err(Refused::Token(TokenProblem::Invalid).into())
        }
    }

    /// Records that the mailbox of the claimed account was proven, sets its password, and ends its other links.
    pub async fn set(&self, tx: &Tx, context: &OpContext, held: user::Model) -> DbResult<()> {
        let millis = self.now.as_millisecond();
        let proof = Proof {
            with: ProvenWith::MailAlone,
            counts: &self.counts,
            address: &self.address,
            event: &NewEvent::by_owner(context, EventKind::EmailVerified, held.id),
            now: self.now,
        };
        let held = mailbox::prove(tx, held, &proof).await?;
        users::set_password(tx, held.id, &self.hash, millis).await?;
        one_time_token::void_all_of(tx, held.id, &self.address, millis).await?;
        form_receipt::save_without_session(tx, context).await
    }
}

/// The live token and its user.
async fn find(
    context: &OpContext,
    purpose: Purpose,
    secret: &SecretString,
) -> Outcome<(token_row::Model, user::Model), TokenProblem> {
    let app = &context.app;
    let token = one_time_token::find(app, &[purpose], secret).await?;
    let user = match token.user_id {
        Some(id) => users::find(&app.db, id).await?.filter(users::is_open),
        None => None,
    };
    let user = user.ok_or(TokenProblem::Invalid)?;
    // A link to a former address is dead.
    if token.bound.as_deref() != Some(&*mailbox::bound(app, &user.email_key)?) {
        return Err(TokenProblem::Invalid.into());
    }
    Ok((token, user))
}
