//! Recovery codes: they replace a lost second factor, each once (OWASP ASVS 5.0, 6.5.2).
//!
//! An account gets ten of them with its first second factor, shown once. Each has 80 random bits, so guessing one is
//! hopeless and they need no counter of their own: failed TOTP codes must not keep an owner from using one. The
//! database keeps keyed hashes, one row each, and one statement uses a code up: no other write can bring a used one
//! back.

mod code;
mod store;

pub use code::{NewCodes, RecoveryCode};
pub use store::{count, count_unused, count_unused_before, of_user, remove, remove_since, some_users};
