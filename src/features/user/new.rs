//! A user that is about to be created.

use entity::{UserId, user};

use super::{DisplayName, EmailAddress, EmailTaken, store};
use crate::{
    context::App,
    platform::{
        clock::Timestamp,
        db::{Tx, TxError},
        id,
    },
};

/// A new user that is not saved yet.
#[derive(Debug)]
pub struct NewUser {
    /// The row to save.
    pub user: user::Model,
}

impl NewUser {
    /// An active user without roles, whose address is not confirmed. One without a password signs in in other ways.
    pub fn new(app: &App, name: DisplayName, email: &EmailAddress, password_hash: Option<&str>) -> Self {
        let now = app.clock.now();
        Self::build(app, [now; 2], name, email, password_hash)
    }

    /// The same for an account that was created elsewhere, at `created_at`.
    pub fn created_at(
        app: &App,
        created_at: Timestamp,
        name: DisplayName,
        email: &EmailAddress,
        password_hash: Option<&str>,
    ) -> Self {
        Self::build(app, [created_at, app.clock.now()], name, email, password_hash)
    }

    fn build(
        app: &App,
        [created_at, now]: [Timestamp; 2],
        name: DisplayName,
        email: &EmailAddress,
        password_hash: Option<&str>,
    ) -> Self {
        // The id has the same instant: lists by creation are sorted by id.
        let id = UserId(id::new_at(created_at, &*app.rng));
        let now = now.as_millisecond();
        let user = user::Model {
            id,
            name_key: name.key(),
            name: name.into_string(),
            email: email.display().to_owned(),
            email_key: email.key().to_owned(),
            password_hash: password_hash.map(str::to_owned),
            email_verified_at: None,
            status: user::Status::Active,
            created_at: created_at.as_millisecond(),
            updated_at: now,
            last_login_at: None,
            locale: "en".to_owned(),
            pending_email: None,
            sign_in_notices_off_at: None,
            deletes_at: None,
            deletion_cancellable_since: None,
        };
        Self { user }
    }

    /// A user whose address is confirmed, from now on.
    #[must_use]
    pub fn verified(mut self) -> Self {
        self.user.email_verified_at = Some(self.user.updated_at);
        self
    }

    /// A user who speaks this language.
    #[must_use]
    pub fn speaking(mut self, locale: String) -> Self {
        self.user.locale = locale;
        self
    }

    /// Counts the creation as the first sign-in.
    #[must_use]
    pub fn signed_in_at_once(mut self) -> Self {
        self.user.last_login_at = Some(self.user.updated_at);
        self
    }

    /// Saves the user; fails if another one has the address.
    pub async fn save(&self, tx: &Tx) -> Result<(), TxError<EmailTaken>> {
        store::insert(tx, self.user.clone()).await
    }
}
