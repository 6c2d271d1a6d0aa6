//! Sign-up: a person creates an account and is signed in to it.
//!
//! A taken address is reported openly, as people expect, after the same work as for a free one.

mod graphql;
mod register;

pub use graphql::SignupMutation;
pub use register::{Input, Output, Refused, register};
