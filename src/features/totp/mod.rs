//! TOTP: codes of authenticator apps (RFC 6238), six digits every 30 seconds.
//!
//! An account has at most one app. Its secret is 160 random bits, sealed for its row. A code counts from one step
//! before its time to one step after, for clocks that differ, and only once: one statement takes its step, so of many
//! concurrent uses one succeeds (RFC 6238, section 5.2; OWASP ASVS 5.0, 6.5.1).

mod secret;
mod store;
mod take;

pub use secret::{Step, TotpSecret};
pub use store::{count, find, remove, some_users};
pub use take::{enable, matched_step, seal, take_replay, take_step};
