//! A user that is about to be created.

use entity::{UserId, user};

use super::{DisplayName, EmailAddress, EmailTaken, store};
use crate::{
    context::App,
    platform::{
        crypto::PasswordHash,
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
    /// An active user without roles, whose address is not confirmed.
    pub fn new(app: &App, name: DisplayName, email: &EmailAddress, password_hash: &PasswordHash) -> Self {
        let now = app.clock.now().as_millisecond();
        let user = user::Model {
            id: UserId(id::new(&*app.clock, &*app.rng)),
            name: name.into_string(),
            email: email.display().to_owned(),
            email_key: email.key().to_owned(),
            password_hash: Some(password_hash.as_str().to_owned()),
            email_verified_at: None,
            status: user::Status::Active,
            created_at: now,
            updated_at: now,
            last_login_at: None,
        };
        Self { user }
    }

    /// Counts the creation as the first sign-in.
    #[must_use]
    pub fn signed_in_at_once(mut self) -> Self {
        self.user.last_login_at = Some(self.user.created_at);
        self
    }

    /// Saves the user; fails if another one has the address.
    pub async fn save(&self, tx: &Tx) -> Result<(), TxError<EmailTaken>> {
        store::insert(tx, self.user.clone()).await
    }
}
