//! A letter of each kind, for tests.

use super::{
    letter::{KINDS, Letter},
    people::{Asker, Recipient},
    secret::Secret,
};

/// In every letter that has a link.
pub(super) const TOKEN: &str = "pct_7Yq2mVb9RzKdT4wXh8LsN1";

/// In the letters that have a code.
pub(super) const CODE: &str = "K7QM-2XWD";

/// One letter of each kind, in the order of [`KINDS`].
pub(super) fn letters() -> Vec<Letter> {
    let token = || secret(TOKEN);
    let letters = vec![
        Letter::ConfirmAddress { token: token() },
        Letter::ConfirmRegistration { token: token() },
        Letter::AlreadyRegistered { token: token() },
        Letter::ResetPassword {
            token: token(),
            asker: asker(),
        },
        Letter::Invitation { token: token() },
        Letter::ConfirmNewAddress { token: token() },
        Letter::AddressRequested,
        Letter::AddressChanged {
            new_address: "new@example.com".to_owned(),
            token: token(),
            asker: asker(),
        },
        Letter::AddressChangedForGood { asker: asker() },
        Letter::AddressRestored { token: token() },
        Letter::SignInCode {
            code: secret(CODE),
            token: token(),
            asker: asker(),
        },
        Letter::IdentityCode {
            code: secret(CODE),
            asker: asker(),
        },
        Letter::AddressCode {
            code: secret(CODE),
            asker: asker(),
            provider: provider(),
        },
        Letter::AccountExists {
            asker: asker(),
            provider: provider(),
        },
        Letter::PasswordChanged { asker: asker() },
        Letter::NewSignIn {
            asker: asker(),
            token: token(),
        },
        Letter::TokenReused { asker: asker() },
        Letter::TotpEnabled {
            asker: asker(),
            token: token(),
        },
        Letter::TotpDisabled { asker: asker() },
        Letter::PasskeyAdded {
            asker: asker(),
            token: token(),
        },
        Letter::PasskeyRemoved { asker: asker() },
        Letter::PasskeyRefused { asker: asker() },
        Letter::RecoveryCodesReplaced { asker: asker() },
        Letter::RecoveryCodeUsed {
            asker: asker(),
            remaining: 7,
        },
        Letter::PasswordRemoved { asker: asker() },
        Letter::CodesRefused { asker: asker() },
        Letter::IdentityLinked {
            asker: asker(),
            token: token(),
            provider: provider(),
        },
        Letter::IdentityUnlinked {
            asker: asker(),
            provider: provider(),
        },
        Letter::FactorsReset,
        Letter::SessionEnded { token: token() },
        Letter::AccountDisabled,
        Letter::AccountDeleted,
        Letter::DeletionScheduled {
            deletes_at: 1_767_225_600_000,
            asker: Some(asker()),
        },
        Letter::DeletionCancelled { asker: asker() },
        Letter::Test,
    ];
    let kinds: Vec<_> = letters.iter().map(Letter::kind).collect();
    assert_eq!(kinds, KINDS);
    letters
}

fn provider() -> String {
    "Example Corp".to_owned()
}

pub(super) fn secret(text: &str) -> Secret {
    secrecy::SecretString::from(text).into()
}

pub(super) fn asker() -> Asker {
    Asker {
        device: Some("Firefox on Linux".to_owned()),
        network: Some("192.0.2.0/24".to_owned()),
        at: 1_796_000_000_000,
    }
}

/// Ada, who reads this language.
pub(super) fn recipient(locale: &str) -> Recipient {
    Recipient {
        address: "ada@example.com".to_owned(),
        locale: locale.to_owned(),
        name: Some("Ada Lovelace".to_owned()),
    }
}
