//! Why a password hash of another system is refused.

use std::{error::Error, fmt};

/// Why a text cannot be stored as a password hash. Contains nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignHashProblem {
    /// The other system says that the account has no password: an empty text, or Django's `!`.
    NoPassword,
    /// No supported form.
    Unknown,
    /// More text than any hash needs.
    TooLong,
    /// Looks like this form, but a part is missing, repeated or out of range.
    Malformed(&'static str),
    /// Verifying it would take more than the limit.
    TooCostly {
        /// The form.
        form: &'static str,
        /// The limit, with its unit.
        limit: &'static str,
    },
    /// A wrapped hash whose Argon2id is weak: nothing can be wrapped twice.
    TooCheap(&'static str),
    /// The salt is empty or has more than 64 bytes.
    SaltLength(&'static str),
    /// The digest is shorter than its algorithm makes it, or much longer.
    DigestLength(&'static str),
    /// bcrypt `$2x$`: a fault of the implementation makes different passwords have the same hash.
    FaultyBcrypt,
    /// A digest of HMAC-SHA256, and no key was given.
    HmacKeyMissing,
    /// The key of HMAC-SHA256 is empty or has more than 1,024 bytes.
    HmacKeyLength,
    /// A hash of Firebase, and its parameters were not given.
    FirebaseParametersMissing,
    /// The parameters of Firebase are not what its console shows.
    FirebaseParameters,
}

impl fmt::Display for ForeignHashProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPassword => f.write_str("the account has no password"),
            Self::Unknown => f.write_str("this form of password hash is not supported"),
            Self::TooLong => f.write_str("the text is too long for a password hash"),
            Self::Malformed(form) => write!(f, "the {form} hash is malformed"),
            Self::TooCostly { form, limit } => {
                write!(f, "the {form} hash is too costly to verify: the limit is {limit}")
            }
            Self::TooCheap(form) => write!(f, "the {form} hash is too cheap to be stored"),
            Self::SaltLength(form) => write!(f, "the salt of the {form} hash must have 1 to 64 bytes"),
            Self::DigestLength(form) => write!(f, "the digest of the {form} hash has the wrong length"),
            Self::FaultyBcrypt => f.write_str("bcrypt hashes with $2x$ match other passwords, too"),
            Self::HmacKeyMissing => f.write_str("a digest of HMAC-SHA256 needs the key that made it"),
            Self::HmacKeyLength => f.write_str("the key of HMAC-SHA256 must have 1 to 1,024 bytes"),
            Self::FirebaseParametersMissing => {
                f.write_str("a hash of Firebase needs the password hash parameters of its project")
            }
            Self::FirebaseParameters => {
                f.write_str("these are not the password hash parameters of a Firebase project")
            }
        }
    }
}

impl Error for ForeignHashProblem {}
