//! The links of letters.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{letter::Letter, secret::Secret};
use crate::platform::config::PublicUrl;

/// All but the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The absolute address that a letter's button leads to. `None` if it has no button.
pub(super) fn link(letter: &Letter, public_url: &PublicUrl) -> Option<String> {
    let (path, token) = target(letter)?;
    Some(match token {
        Some(token) => {
            let token = utf8_percent_encode(token.expose(), RESERVED);
            format!("{public_url}{path}?token={token}")
        }
        None => format!("{public_url}{path}"),
    })
}

fn target(letter: &Letter) -> Option<(&'static str, Option<&Secret>)> {
    let (path, token) = match letter {
        Letter::ConfirmAddress { token } | Letter::ConfirmRegistration { token } => {
            ("/verify-email", Some(token))
        }
        Letter::AlreadyRegistered { token }
        | Letter::ResetPassword { token, .. }
        | Letter::AddressRestored { token }
        | Letter::SessionEnded { token } => ("/reset-password", Some(token)),
        Letter::Invitation { token } => ("/invitation", Some(token)),
        Letter::ConfirmNewAddress { token } => ("/change-email", Some(token)),
        Letter::AddressChanged { token, .. } => ("/undo-email", Some(token)),
        Letter::SignInCode { token, .. } => ("/login/email", Some(token)),
        Letter::NewSignIn { token, .. }
        | Letter::TotpEnabled { token, .. }
        | Letter::PasskeyAdded { token, .. }
        | Letter::IdentityLinked { token, .. } => ("/end-session", Some(token)),
        Letter::AccountExists { .. } | Letter::DeletionScheduled { .. } => ("/login", None),
        Letter::PasswordChanged { .. }
        | Letter::TokenReused { .. }
        | Letter::TotpDisabled { .. }
        | Letter::PasskeyRemoved { .. }
        | Letter::RecoveryCodesReplaced { .. }
        | Letter::RecoveryCodeUsed { .. }
        | Letter::PasswordRemoved { .. }
        | Letter::CodesRefused { .. }
        | Letter::IdentityUnlinked { .. }
        | Letter::DeletionCancelled { .. } => ("/forgot-password", None),
        Letter::AddressRequested
        | Letter::AddressChangedForGood { .. }
        | Letter::IdentityCode { .. }
        | Letter::AddressCode { .. }
        | Letter::PasskeyRefused { .. }
        | Letter::FactorsReset
        | Letter::AccountDisabled
        | Letter::AccountDeleted
        | Letter::Test => return None,
    };
    Some((path, token))
}
