//! A second factor, as somebody gives it.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// The most digits that a code of an authenticator app has anywhere (RFC 4226, 5.3). Recovery codes are longer.
const MOST_DIGITS: usize = 8;

/// A second factor.
#[derive(Clone)]
pub enum Given {
    /// A code from the authenticator app.
    Totp(SecretString),
    /// A recovery code.
    RecoveryCode(SecretString),
    /// A passkey's answer, in the JSON form of `AuthenticationResponseJSON`.
    Passkey(SecretString),
}

impl Given {
    /// What a person typed into a field for both: a few digits are a code of the app, anything else is a recovery code.
    pub fn code(typed: SecretString) -> Self {
        let visible = typed.expose_secret().chars().filter(|it| !it.is_whitespace());
        let (digits, others): (Vec<char>, Vec<char>) = visible.partition(char::is_ascii_digit);
        if (1..=MOST_DIGITS).contains(&digits.len()) && others.is_empty() {
            Self::Totp(typed)
        } else {
            Self::RecoveryCode(typed)
        }
    }

    pub(super) fn secret(&self) -> &SecretString {
        match self {
            Self::Totp(secret) | Self::RecoveryCode(secret) | Self::Passkey(secret) => secret,
        }
    }
}

/// Hidden: it is a credential.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_code_of_the_app_is_still_taken_for_one() {
        for typed in ["123456", "123 456", "12345", "1234567"] {
            assert!(matches!(Given::code(typed.into()), Given::Totp(_)), "{typed}");
        }
        for typed in [
            "",
            " ",
            "7K2M-9QXA-11BC-DEFG",
            "1234-5678-1234-5678",
            "1234567812345678",
            "12345O",
        ] {
            assert!(
                matches!(Given::code(typed.into()), Given::RecoveryCode(_)),
                "{typed}"
            );
        }
    }
}
