//! All counts of one account.

use entity::UserId;

use super::{AccountKey, store};
use crate::{
    context::App,
    platform::{
        db::{DbResult, Tx},
        failure::Fault,
    },
};

/// The counts of an account: of its passwords, and of the codes of its authenticator app.
#[derive(Debug)]
pub struct AccountCounts {
    passwords: AccountKey,
    codes: AccountKey,
}

impl AccountCounts {
    /// Those of the user with this normalised address.
    pub fn of(app: &App, id: UserId, email_key: &str) -> Result<Self, Fault> {
        Ok(Self {
            passwords: AccountKey::of_address(app, email_key)?,
            codes: AccountKey::of_codes(app, id)?,
        })
    }

    /// Clears the failures from all networks, after a recovery: the failures at the password were about one that is
    /// gone, and a person who lost their authenticator app gets all tries again.
    pub async fn forgive(&self, tx: &Tx) -> DbResult<()> {
        store::forgive(tx, &self.passwords.text()).await?;
        store::forgive(tx, &self.codes.text()).await
    }

    /// Deletes the count of codes, with the networks that it knows: the factors are new, or gone.
    pub async fn forget_codes(&self, tx: &Tx) -> DbResult<()> {
        store::forget(tx, &self.codes.text()).await
    }

    /// Deletes them, with the known networks.
    pub async fn forget(&self, tx: &Tx) -> DbResult<()> {
        store::forget(tx, &self.passwords.text()).await?;
        self.forget_codes(tx).await
    }
}
