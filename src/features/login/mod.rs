//! Sign-in: a person proves their identity with address and password, and gets a session.
//!
//! A failure reveals nothing: an unknown address, an account without a password, a wrong password and an invalid
//! address all get the same message after the same work (OWASP ASVS 5.0, 6.3.8). That an account is disabled is
//! revealed only after the right password.

mod graphql;
mod output;
mod password;

pub use graphql::{LoginMutation, LoginPayload};
pub use output::{Output, SignedIn};
pub use password::{Input, Refused, sign_in};
