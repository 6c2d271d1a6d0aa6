//! Login: a person proves with address and password who they are, and gets a session.
//!
//! Who fails learns nothing: an unknown address, an account without a password, a wrong password and an address that
//! can be none all get the same sentence after the same work (OWASP ASVS 5.0, 6.3.8). That an account is disabled is
//! told only to those who know its password.

mod graphql;
mod password;

pub use graphql::LoginMutation;
pub use password::{Input, Output, Refused, sign_in};
