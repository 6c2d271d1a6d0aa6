//! What people do to their own accounts: change password and profile, reauthenticate, delete.
//!
//! Changes that are hard to undo need the current password, or a session that was recently reauthenticated (step-up;
//! OWASP ASVS 5.0, 7.5.1). The proof must still hold when it takes effect: the transaction checks password and session
//! again, because both may have changed while a hash was computed.

pub mod change_password;
pub mod delete;
mod graphql;
mod proof;
mod reauthenticate;
pub mod update_profile;

pub use graphql::AccountMutation;
