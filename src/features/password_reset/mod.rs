//! Password reset: people who forgot their password set a new one with a mailed link.
//!
//! Asking reveals nothing: the answer is the same for every address, and the letter is written later. A reset proves the
//! mailbox. It ends every session and every other token of the account, does not sign in, and never skips a second
//! factor (OWASP Forgot Password Cheat Sheet; ASVS 5.0, 6.4.3).

mod compose;
mod graphql;
mod request;
mod reset;

pub use compose::{compose, new_token};
pub use graphql::PasswordResetMutation;
pub use request::request;
pub use reset::{look, reset};
