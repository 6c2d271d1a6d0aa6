//! Sign-in by mail: with a code, or with the link in the same mail.
//!
//! The client that asks gets a challenge. Code and link are worth nothing without it: a forwarded mail, or a code that
//! somebody was tricked into revealing, signs nobody in elsewhere. Wrong codes count for their challenge only. An
//! unknown address gets the same answers, but no mail.

mod challenge;
mod compose;
mod graphql;
mod request;
mod sign_in;

pub use challenge::{LinkShown, look_at_link};
pub use compose::compose;
pub use graphql::EmailLoginMutation;
pub use request::{Requested, request};
pub use sign_in::{Answer, Input, Refused, sign_in};
