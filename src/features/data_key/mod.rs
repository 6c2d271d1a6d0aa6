//! Data keys: random keys for what the server stores, one for each purpose.
//!
//! They are stored sealed under the server secret. So nothing stored depends on the secret itself: a new secret seals
//! the keys again at the next start, and refresh tokens, counts and sealed values stay as they are.

mod inspect;
mod load;
mod replace;
mod reseal;
mod root;
mod store;

pub use inspect::{has_any, inspect};
pub use load::{DataKeys, KeyError, load};
pub use replace::{KeyRows, NewKeys, are_replaced};
pub use reseal::reseal;
pub use root::{root, root_of};

use crate::platform::crypto::SealContext;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyPurpose {
    /// Authenticates refresh tokens.
    Refresh,
    /// Authenticates the forms of pages, and recognises repeated calls of the API.
    Form,
    /// Pseudonyms of accounts and networks in the counts of attempts.
    Attempt,
    /// Pseudonyms of addresses in one-time tokens and mail, and mailed codes.
    Mail,
    /// Keyed hashes of recovery codes.
    RecoveryCode,
    /// Authenticates the audit log.
    Audit,
    /// Seals values that the server must read again.
    Sealing,
}

impl KeyPurpose {
    /// All purposes.
    const ALL: [Self; 7] = [
        Self::Refresh,
        Self::Form,
        Self::Attempt,
        Self::Mail,
        Self::RecoveryCode,
        Self::Audit,
        Self::Sealing,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Form => "form",
            Self::Attempt => "attempt",
            Self::Mail => "mail",
            Self::RecoveryCode => "recovery_code",
            Self::Audit => "audit",
            Self::Sealing => "sealing",
        }
    }
}

/// Where a key is sealed: it does not open as a key of another purpose.
fn place(purpose_and_id: &str) -> SealContext<'_> {
    SealContext {
        table: "data_keys",
        id: purpose_and_id,
        column: "sealed_key",
    }
}
