//! What must come with the link: proof that the person who opened it chose the password, or else a new password.

use entity::session;
use secrecy::{ExposeSecret as _, SecretString};

use super::outcome::Refused;
use crate::{
    context::OpContext,
    features::{
        attempt::{self, AccountKey, Attempt},
        password::{Password, choose},
    },
    platform::{
        crypto::{Asker, PasswordHash},
        failure::Outcome,
    },
};

/// What a person can give with the link.
#[derive(Debug)]
pub(super) struct Offer<'a> {
    pub(super) password: Option<&'a SecretString>,
    pub(super) new_password: Option<&'a SecretString>,
}

/// The account or the sign-up that the link is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) email: &'a str,
    pub(super) email_key: &'a str,
    pub(super) name: &'a str,
    pub(super) password_hash: Option<&'a str>,
}

/// What was given.
#[derive(Debug)]
pub(super) enum Given {
    /// A session of the account.
    Session(Box<session::Model>),
    /// The secret of the client that signed up.
    Client,
    /// The password.
    Password,
    /// A new password, for a person who may be another one.
    NewPassword(PasswordHash),
}

impl Offer<'_> {
    /// The proof in this offer: the password if there is one, else a new one.
    pub(super) async fn check(&self, context: &OpContext, about: About<'_>) -> Outcome<Given, Refused> {
        let app = &context.app;
        if let Some(password) = filled(self.password) {
            let account = AccountKey::of_address(app, about.email_key)?;
            // A text that cannot be a password matches no account.
            let password = Password::prepare(password.expose_secret()).ok();
            let attempt = Attempt::begin(context, &account, password.as_ref()).await?;
            let checked = attempt.verify(about.password_hash).await?;
            if !checked.matches() {
                return Err(Refused::InvalidCredentials.into());
            }
            checked.succeed().await?;
            return Ok(Given::Password);
        }
        let new = filled(self.new_password).ok_or(Refused::PasswordRequired)?;
        let new = choose(&app.config, new, about.email, about.name).map_err(Refused::NewPassword)?;
        // A link that a hash cannot use up, because its address is taken, must not buy any number of hashes.
        attempt::limit_login(context)?;
        Ok(Given::NewPassword(
            app.hasher.hash(Asker::Stranger, new.secret()).await?,
        ))
    }
}

fn filled(secret: Option<&SecretString>) -> Option<&SecretString> {
    secret.filter(|secret| !secret.expose_secret().is_empty())
}
