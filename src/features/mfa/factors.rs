//! The second factors of an account.

use entity::{UserId, passkey as passkey_row, totp_factor};

use crate::{
    context::{App, AuthMethod},
    features::{passkey, recovery_code, totp},
    platform::db::{DbResult, Tx},
};

/// What an account can give as a second factor. Recovery codes alone are none: they replace one.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// The authenticator app.
    pub totp: Option<totp_factor::Model>,
    /// The passkeys, newest first.
    pub passkeys: Vec<passkey_row::Model>,
}

impl Factors {
    /// Those of a user.
    pub async fn of(app: &App, user_id: UserId) -> DbResult<Self> {
        Ok(Self {
            totp: totp::find(app.db.reader(), user_id).await?,
            passkeys: passkey::of_user(&app.db, user_id).await?,
        })
    }

    /// Whether there is one: then a password alone, or a mailed code alone, signs nobody in.
    pub fn is_any(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }

    /// Those that were there before this instant; milliseconds since 1970.
    #[must_use]
    pub fn before(self, then: i64) -> Self {
        let is_older = |passkey: &passkey_row::Model| passkey.created_at < then;
        Self {
            totp: self.totp.filter(|totp| totp.created_at < then),
            passkeys: self.passkeys.into_iter().filter(is_older).collect(),
        }
    }

    /// In which ways the second factor can be given, if passkeys can be asked, and with so many recovery codes.
    pub fn methods(&self, asks_passkeys: bool, recovery_codes: u64) -> Vec<AuthMethod> {
        let mut methods = Vec::new();
        if asks_passkeys && !self.passkeys.is_empty() {
            methods.push(AuthMethod::Passkey);
        }
        if self.totp.is_some() {
            methods.push(AuthMethod::Totp);
        }
        if recovery_codes > 0 {
            methods.push(AuthMethod::RecoveryCode);
        }
        methods
    }
}

/// Whether a locked user has a second factor.
pub async fn is_any(tx: &Tx, user_id: UserId) -> DbResult<bool> {
    Ok(totp::find(tx, user_id).await?.is_some() || passkey::count_of(tx, user_id).await? > 0)
}

/// Removes all second factors, passkeys and recovery codes of a user.
pub async fn remove_all(tx: &Tx, user_id: UserId) -> DbResult<()> {
    totp::remove(tx, user_id).await?;
    passkey::remove_all(tx, user_id).await?;
    recovery_code::remove(tx, user_id).await
}

/// Removes those that were added at `since` or later, and the recovery codes if no factor is left.
pub async fn remove_since(tx: &Tx, user_id: UserId, since: i64) -> DbResult<()> {
    if let Some(totp) = totp::find(tx, user_id).await?
        && totp.created_at >= since
    {
        totp::remove(tx, user_id).await?;
    }
    passkey::remove_since(tx, user_id, since).await?;
    recovery_code::remove_since(tx, user_id, since).await?;
    remove_orphaned_codes(tx, user_id).await
}

/// Removes the recovery codes of a user without a factor: they replace nothing.
pub(super) async fn remove_orphaned_codes(tx: &Tx, user_id: UserId) -> DbResult<()> {
    if !is_any(tx, user_id).await? {
        recovery_code::remove(tx, user_id).await?;
    }
    Ok(())
}
