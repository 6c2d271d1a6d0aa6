//! The names of the kinds of letters.

use super::Letter;

/// The names of all kinds of letters.
pub const KINDS: [&str; 35] = [
    "confirm_address",
    "confirm_registration",
    "already_registered",
    "reset_password",
    "invitation",
    "confirm_new_address",
    "address_requested",
    "address_changed",
    "address_changed_for_good",
    "address_restored",
    "sign_in_code",
    "identity_code",
    "address_code",
    "account_exists",
    "password_changed",
    "new_sign_in",
    "token_reused",
    "totp_enabled",
    "totp_disabled",
    "passkey_added",
    "passkey_removed",
    "passkey_refused",
    "recovery_codes_replaced",
    "recovery_code_used",
    "password_removed",
    "codes_refused",
    "identity_linked",
    "identity_unlinked",
    "factors_reset",
    "session_ended",
    "account_disabled",
    "account_deleted",
    "deletion_scheduled",
    "deletion_cancelled",
    "test",
];

impl Letter {
    /// The name of its kind: in snake_case, at most 24 characters.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ConfirmAddress { .. } => "confirm_address",
            Self::ConfirmRegistration { .. } => "confirm_registration",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::ResetPassword { .. } => "reset_password",
            Self::Invitation { .. } => "invitation",
            Self::ConfirmNewAddress { .. } => "confirm_new_address",
            Self::AddressRequested => "address_requested",
            Self::AddressChanged { .. } => "address_changed",
            Self::AddressChangedForGood { .. } => "address_changed_for_good",
            Self::AddressRestored { .. } => "address_restored",
            Self::SignInCode { .. } => "sign_in_code",
            Self::IdentityCode { .. } => "identity_code",
            Self::AddressCode { .. } => "address_code",
            Self::AccountExists { .. } => "account_exists",
            Self::PasswordChanged { .. } => "password_changed",
            Self::NewSignIn { .. } => "new_sign_in",
            Self::TokenReused { .. } => "token_reused",
            Self::TotpEnabled { .. } => "totp_enabled",
            Self::TotpDisabled { .. } => "totp_disabled",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
            Self::PasskeyRefused { .. } => "passkey_refused",
            Self::RecoveryCodesReplaced { .. } => "recovery_codes_replaced",
            Self::RecoveryCodeUsed { .. } => "recovery_code_used",
            Self::PasswordRemoved { .. } => "password_removed",
            Self::CodesRefused { .. } => "codes_refused",
            Self::IdentityLinked { .. } => "identity_linked",
            Self::IdentityUnlinked { .. } => "identity_unlinked",
            Self::FactorsReset => "factors_reset",
            Self::SessionEnded { .. } => "session_ended",
            Self::AccountDisabled => "account_disabled",
            Self::AccountDeleted => "account_deleted",
            Self::DeletionScheduled { .. } => "deletion_scheduled",
            Self::DeletionCancelled { .. } => "deletion_cancelled",
            Self::Test => "test",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_kind_fits_its_column_and_is_unlike_the_others() {
        for (index, kind) in KINDS.iter().enumerate() {
            assert!(kind.len() <= 24 && kind.chars().all(|c| c == '_' || c.is_ascii_lowercase()));
            assert!(!KINDS[..index].contains(kind));
        }
    }
}
