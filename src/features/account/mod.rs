//! The account in its owner's hands: another password, another name, proving again who one is, leaving.
//!
//! What is hard to undo asks for the current password, or for a session in which the person has just proven who they
//! are (step-up; OWASP ASVS 5.0, 7.5.1). What was proven must still hold where it takes effect: the transaction looks
//! again at the password and at the session, since both may have changed while a hash was being computed.

pub mod change_password;
pub mod delete;
mod graphql;
mod proof;
mod reauthenticate;
pub mod update_profile;

pub use graphql::AccountMutation;
