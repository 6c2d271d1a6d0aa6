//! Sign-up: a person creates an account.
//!
//! By default they are signed in at once, and a taken address is reported openly, as people expect, after the same work
//! as for a free one. With `email_verification = required`, there is no account until the address is confirmed, and a
//! taken address gets the same answer as a free one.

mod graphql;
mod register;

pub use graphql::SignupMutation;
pub use register::{Input, Output, Refused, SignedIn, register};
