//! Passkeys: the WebAuthn credentials of accounts, and the two ceremonies that make and use them.
//!
//! This feature knows no sign-in, session or challenge token. Its callers keep the state of a ceremony, let it be used
//! once, and decide what an accepted answer is good for. The library `passki` verifies the signatures; what it leaves
//! open is checked here, before and after: docs/decisions/0040-passkeys.md.

mod answer;
mod assert;
mod attestation;
mod authenticator_data;
mod ceremony;
mod client_data;
mod cose_key;
mod graphql;
pub mod http;
mod problem;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod register;
mod relying_party;
mod store;
mod transports;

pub use assert::{Asserted, check_assertion, find_asserted};
pub use ceremony::{
    AssertionState, CEREMONY_TTL, Ceremony, RegistrationState, begin_assertion, begin_registration,
};
pub use entity::passkey::Model;
pub use graphql::{
    AuthenticationResponseJson, CreationOptionsJson, Passkey, RegistrationResponseJson, RequestOptionsJson,
    disabled, rejected,
};
pub use register::{NewPasskey, check_registration};
pub use relying_party::{is_enabled, made_elsewhere};
pub use store::CredentialTaken;

use entity::{PasskeyId, UserId, passkey::Backup};

use super::user::DisplayName;
use crate::platform::{
    db::{Db, DbResult, Tx},
    failure::Refusal,
};

/// Maximum number of passkeys of one account.
pub const MAX_PER_ACCOUNT: usize = 20;

/// Maximum size of an answer of a browser, in bytes of JSON text.
pub const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// Why an answer is refused. The caller learns no more: the reason helps only those who forge answers, and is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// It is malformed, answers another challenge, comes from another origin or authenticator, or its signature is
    /// wrong.
    Invalid,
    /// The signature is right, but its counter did not grow: the passkey may have been copied, and its owner must hear
    /// of it (WebAuthn Level 3, section 6.1.1).
    CounterRegressed,
}

impl Refusal for Rejected {}

/// Whether the passkey is copied between devices.
pub fn is_synced(passkey: &Model) -> bool {
    passkey.backup == Backup::Synced
}

/// The passkeys of a user, newest first.
pub async fn of_user(db: &Db, user_id: UserId) -> DbResult<Vec<Model>> {
    store::of_user(db.reader(), user_id).await
}

/// The number of a user's passkeys. To keep [`MAX_PER_ACCOUNT`], lock the user first.
pub async fn count_of(tx: &Tx, user_id: UserId) -> DbResult<usize> {
    store::count_of(tx, user_id).await
}

/// The passkey with this id, if it belongs to this user.
pub async fn find_own(db: &Db, user_id: UserId, id: PasskeyId) -> DbResult<Option<Model>> {
    store::find_own(db.reader(), user_id, id).await
}

/// Renames a user's passkey. Returns whether there is such a passkey.
pub async fn rename(tx: &Tx, user_id: UserId, id: PasskeyId, name: &DisplayName) -> DbResult<bool> {
    store::rename(tx, user_id, id, name.as_str()).await
}

/// Removes a user's passkey. Returns whether there was one.
pub async fn remove(tx: &Tx, user_id: UserId, id: PasskeyId) -> DbResult<bool> {
    store::remove(tx, user_id, id).await
}

/// Removes all passkeys of a user. Returns how many.
pub async fn remove_all(tx: &Tx, user_id: UserId) -> DbResult<u64> {
    store::remove_all(tx, user_id).await
}

/// Removes the passkeys of a user that were registered at `since` or later; milliseconds since 1970.
pub async fn remove_since(tx: &Tx, user_id: UserId, since: i64) -> DbResult<()> {
    store::remove_since(tx, user_id, since).await
}

/// Records that a passkey signed in: its counter, whether it is synced, and the time, in milliseconds since 1970.
///
/// One statement compares the counter with the stored one once more, so of two concurrent sign-ins with the same
/// counter one succeeds. Authenticators that do not count (0 and 0) always do. Returns false if the counter was
/// overtaken or the passkey is gone: then refuse the sign-in.
pub async fn record_use(tx: &Tx, passkey: &Model, asserted: &Asserted, now: i64) -> DbResult<bool> {
    store::record_use(tx, passkey.id, asserted.sign_count, asserted.backup, now).await
}
