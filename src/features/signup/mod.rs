//! Sign-up: a person makes an account and is signed in to it.
//!
//! Whether an address is taken is told in plain words, as people expect it, after the same work as for a free one.

mod graphql;
mod register;

pub use graphql::SignupMutation;
pub use register::{Input, Output, Refused, register};
