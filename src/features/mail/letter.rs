//! The letters, and what they are about.

mod kind;
mod lifetime;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::{kind::KINDS, lifetime::Lifetime};
use super::{people::Asker, secret::Secret};

/// What a letter is about.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// Confirms the address of an account. Link: `/verify-email`.
    ConfirmAddress {
        /// For the link.
        token: Secret,
    },
    /// Finishes a sign-up. Link: `/verify-email`.
    ConfirmRegistration {
        /// For the link.
        token: Secret,
    },
    /// Somebody tried to sign up with the address of an account. Link: `/reset-password`.
    AlreadyRegistered {
        /// For the link.
        token: Secret,
    },
    /// Sets a new password. Link: `/reset-password`.
    ResetPassword {
        /// For the link.
        token: Secret,
        /// Who asked for it.
        asker: Asker,
    },
    /// Invites to an account that an administrator made. Link: `/invitation`.
    Invitation {
        /// For the link.
        token: Secret,
    },
    /// To the new address of a requested change. Link: `/change-email`.
    ConfirmNewAddress {
        /// For the link.
        token: Secret,
    },
    /// To the owner of an account: somebody tried to give another account this address. Nothing was changed.
    AddressRequested,
    /// To the verified address that an account had until now. Link: `/undo-email`.
    AddressChanged {
        /// The address that the account has now.
        new_address: String,
        /// For the link.
        token: Secret,
        /// Who changed it.
        asker: Asker,
    },
    /// The same for a change that has no undo.
    AddressChangedForGood {
        /// Who changed it.
        asker: Asker,
    },
    /// To the address that an account has again. Link: `/reset-password`.
    AddressRestored {
        /// For the link.
        token: Secret,
    },
    /// Signs in. Link: `/login/email`.
    SignInCode {
        /// To type at the host of `public_url`, and nowhere else.
        code: Secret,
        /// For the link.
        token: Secret,
        /// Who asked for it.
        asker: Asker,
    },
    /// Proves the identity of an owner who is signed in, before a sensitive change. It has no link.
    IdentityCode {
        /// To type at the host of `public_url`, and nowhere else.
        code: Secret,
        /// Who asked for it.
        asker: Asker,
    },
    /// Proves the address of somebody who signs in with another provider. It has no link.
    AddressCode {
        /// To type at the host of `public_url`, and nowhere else.
        code: Secret,
        /// Who asked for it.
        asker: Asker,
        /// Name of the provider.
        provider: String,
    },
    /// Somebody signed in with another provider and gave the address of an account. Link: `/login`, without a token.
    AccountExists {
        /// Who gave it.
        asker: Asker,
        /// Name of the provider.
        provider: String,
    },
    /// Notice. Link: `/forgot-password`, without a token.
    PasswordChanged {
        /// Who changed it.
        asker: Asker,
    },
    /// Notice, which people can switch off in their account. Link: `/end-session`.
    NewSignIn {
        /// Who signed in.
        asker: Asker,
        /// For the link.
        token: Secret,
    },
    /// Notice: a copied sign-in was used, so its session was ended. Link: `/forgot-password`, without a token.
    TokenReused {
        /// Who used it.
        asker: Asker,
    },
    /// Notice: an authenticator app was added. Link: `/end-session`.
    TotpEnabled {
        /// Who added it.
        asker: Asker,
        /// For the link.
        token: Secret,
    },
    /// Notice: the authenticator app was removed. Link: `/forgot-password`, without a token.
    TotpDisabled {
        /// Who removed it.
        asker: Asker,
    },
    /// Notice: a passkey was added. Link: `/end-session`.
    PasskeyAdded {
        /// Who added it.
        asker: Asker,
        /// For the link.
        token: Secret,
    },
    /// Notice: a passkey was removed. Link: `/forgot-password`, without a token.
    PasskeyRemoved {
        /// Who removed it.
        asker: Asker,
    },
    /// Notice: the counter of a passkey decreased, so a sign-in with it was refused.
    PasskeyRefused {
        /// Who tried to sign in.
        asker: Asker,
    },
    /// Notice: the recovery codes were replaced. Link: `/forgot-password`, without a token.
    RecoveryCodesReplaced {
        /// Who replaced them.
        asker: Asker,
    },
    /// Notice: a recovery code was used. Link: `/forgot-password`, without a token.
    RecoveryCodeUsed {
        /// Who used it.
        asker: Asker,
        /// The number of unused codes.
        remaining: u64,
    },
    /// Notice: the password was removed, passkeys remain. Link: `/forgot-password`, without a token.
    PasswordRemoved {
        /// Who removed it.
        asker: Asker,
    },
    /// Notice: several codes of an authenticator app were wrong.
    /// Link: `/forgot-password`, without a token.
    CodesRefused {
        /// Who entered them.
        asker: Asker,
    },
    /// Notice: an account of another provider was linked. Link: `/end-session`.
    IdentityLinked {
        /// Who linked it.
        asker: Asker,
        /// For the link.
        token: Secret,
        /// Name of the provider.
        provider: String,
    },
    /// Notice: an account of another provider was unlinked. Link: `/forgot-password`, without a token.
    IdentityUnlinked {
        /// Who unlinked it.
        asker: Asker,
        /// Name of the provider.
        provider: String,
    },
    /// Notice: an administrator removed all second factors and passkeys.
    FactorsReset,
    /// The owner reported a session: it was ended, and the password was removed. Link: `/reset-password`.
    SessionEnded {
        /// For the link.
        token: Secret,
    },
    /// Notice.
    AccountDisabled,
    /// Notice.
    AccountDeleted,
    /// Notice: the account will be deleted, unless its owner keeps it. Link: `/login`, without a token.
    DeletionScheduled {
        /// When; milliseconds since 1970.
        deletes_at: i64,
        /// Who asked for it; none if the grace period begins later than that.
        asker: Option<Asker>,
    },
    /// Notice: the account stays. Link: `/forgot-password`, without a token.
    DeletionCancelled {
        /// Who kept it.
        asker: Asker,
    },
    /// Shows that mail arrives: `doctor --send-test`.
    Test,
}

impl Letter {
    /// The code that it shows, if any.
    pub(super) fn code(&self) -> Option<&Secret> {
        match self {
            Self::SignInCode { code, .. }
            | Self::IdentityCode { code, .. }
            | Self::AddressCode { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Who did what it is about, if it says so.
    pub(super) fn asker(&self) -> Option<&Asker> {
        match self {
            Self::ResetPassword { asker, .. }
            | Self::AddressChanged { asker, .. }
            | Self::AddressChangedForGood { asker }
            | Self::SignInCode { asker, .. }
            | Self::IdentityCode { asker, .. }
            | Self::AddressCode { asker, .. }
            | Self::AccountExists { asker, .. }
            | Self::PasswordChanged { asker }
            | Self::NewSignIn { asker, .. }
            | Self::TokenReused { asker }
            | Self::TotpEnabled { asker, .. }
            | Self::TotpDisabled { asker }
            | Self::PasskeyAdded { asker, .. }
            | Self::PasskeyRemoved { asker }
            | Self::PasskeyRefused { asker }
            | Self::RecoveryCodesReplaced { asker }
            | Self::RecoveryCodeUsed { asker, .. }
            | Self::PasswordRemoved { asker }
            | Self::CodesRefused { asker }
            | Self::IdentityLinked { asker, .. }
            | Self::IdentityUnlinked { asker, .. }
            | Self::DeletionCancelled { asker } => Some(asker),
            Self::DeletionScheduled { asker, .. } => asker.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::mail::{
        Recipient,
        examples::{CODE, TOKEN, letters, recipient},
    };

    #[test]
    fn letters_and_recipients_survive_storage() {
        for letter in letters() {
            let stored = serde_json::to_string(&letter).unwrap();
            let expires = stored.contains(TOKEN) || stored.contains(CODE);
            assert_eq!(expires, letter.lifetime().is_some());
            assert_eq!(stored.contains(CODE), letter.code().is_some());
            assert!(stored.contains(&format!("\"{}\"", letter.kind())));
            let read: Letter = serde_json::from_str(&stored).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), stored);
        }
        let stored = serde_json::to_string(&recipient("de")).unwrap();
        assert_eq!(
            serde_json::from_str::<Recipient>(&stored).unwrap(),
            recipient("de")
        );
    }
}
