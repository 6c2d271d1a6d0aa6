//! What is wrong with an answer, for the log.

use passki::PasskiError;

/// What is wrong with an answer, in words for the log. It never repeats anything of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Problem(pub(super) &'static str);

/// The library's reason in our words: its own can repeat what a client sent.
impl From<PasskiError> for Problem {
    fn from(error: PasskiError) -> Self {
        Self(match error {
            PasskiError::ChallengeMismatch => "the answer is to another challenge",
            PasskiError::OriginMismatch { .. } => "the origin is neither public_url nor in passkey_origins",
            PasskiError::ClientDataTypeMismatch { .. } | PasskiError::InvalidClientDataType(_) => {
                "the answer is to another kind of ceremony"
            }
            PasskiError::RpIdHashMismatch => "the authenticator answered for another domain",
            PasskiError::UserNotPresent => "nobody was present",
            PasskiError::UserVerificationRequired => "the authenticator did not verify the user",
            PasskiError::SignatureVerificationFailed => "the signature is wrong",
            _ => "the answer is malformed",
        })
    }
}
