//! How long the links and codes of letters work.

use std::time::Duration;

use super::Letter;

/// How long the token or code of a letter works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Of links that confirm or reset something.
    Link,
    /// Of links that take back what a notice is about: people may read it late.
    Notice,
    /// Of invitations.
    Invitation,
    /// Of codes, and of the links that come with them.
    Code,
}

impl Lifetime {
    /// The time from sending to expiry.
    pub const fn duration(self) -> Duration {
        match self {
            Self::Link => Duration::from_hours(1),
            Self::Notice => Duration::from_hours(7 * 24),
            Self::Invitation => Duration::from_hours(72),
            Self::Code => Duration::from_mins(10),
        }
    }

    /// When it began, if it ends at `end`; both in milliseconds since 1970.
    pub fn before(self, end: i64) -> i64 {
        let millis = i64::try_from(self.duration().as_millis()).unwrap_or(i64::MAX);
        end.saturating_sub(millis)
    }
}

impl Letter {
    /// How long its token or code works. `None` if it has neither.
    pub fn lifetime(&self) -> Option<Lifetime> {
        match self {
            Self::ConfirmAddress { .. }
            | Self::ConfirmRegistration { .. }
            | Self::AlreadyRegistered { .. }
            | Self::ResetPassword { .. }
            | Self::ConfirmNewAddress { .. }
            | Self::AddressRestored { .. }
            | Self::SessionEnded { .. } => Some(Lifetime::Link),
            Self::Invitation { .. } => Some(Lifetime::Invitation),
            Self::AddressChanged { .. }
            | Self::NewSignIn { .. }
            | Self::TotpEnabled { .. }
            | Self::PasskeyAdded { .. }
            | Self::IdentityLinked { .. } => Some(Lifetime::Notice),
            Self::SignInCode { .. } | Self::IdentityCode { .. } | Self::AddressCode { .. } => {
                Some(Lifetime::Code)
            }
            Self::AddressRequested
            | Self::AddressChangedForGood { .. }
            | Self::PasswordChanged { .. }
            | Self::TokenReused { .. }
            | Self::TotpDisabled { .. }
            | Self::PasskeyRemoved { .. }
            | Self::PasskeyRefused { .. }
            | Self::RecoveryCodesReplaced { .. }
            | Self::RecoveryCodeUsed { .. }
            | Self::PasswordRemoved { .. }
            | Self::CodesRefused { .. }
            | Self::AccountExists { .. }
            | Self::IdentityUnlinked { .. }
            | Self::FactorsReset
            | Self::AccountDisabled
            | Self::AccountDeleted
            | Self::DeletionScheduled { .. }
            | Self::DeletionCancelled { .. }
            | Self::Test => None,
        }
    }
}
