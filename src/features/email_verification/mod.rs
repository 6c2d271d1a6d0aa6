//! Email verification: proves that an address belongs to its account.
//!
//! With `email_verification = optional`, an account works at once and its address is unproven until it is confirmed.
//! With `required`, there is no account until then: the sign-up waits, sealed, in the row of its mailed token.
//!
//! A link proves that somebody reads the mailbox, not that they chose the password. So confirming also takes a session
//! of the account or its password; otherwise it takes a new password, and ends the old one, all sessions and all links.

mod account;
mod compose;
mod given;
mod graphql;
mod outcome;
mod registration;
mod resend;
mod sign_up;
mod verify;

pub use compose::{VerificationLink, compose, link_to};
pub use graphql::EmailVerificationMutation;
pub use outcome::{Input, Output, Refused};
pub use registration::{NewRegistration, Registered, Registration, compose_registration, find_registration};
pub use resend::{remind, resend};
pub use verify::{Shown, look, verify};
