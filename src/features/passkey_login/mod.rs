//! Sign-in with a passkey: without an address, a password or a second factor, because the passkey verified the person,
//! and so counts as both.
//!
//! Asking for a challenge writes nothing: its state is sealed in the token that the client gets, so strangers cannot
//! fill the database, and the sign-in page can ask at each visit. A challenge is recorded when it is used, also by a
//! wrong answer, so none is used twice.

mod challenge;
mod graphql;
mod sign_in;

pub use challenge::{Asked, ask};
pub use graphql::PasskeyLoginMutation;
pub use sign_in::{Input, Refused, sign_in};
