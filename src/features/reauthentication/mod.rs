//! Reauthentication: a signed-in person proves again who they are, before a change that is hard to undo.
//!
//! Which proofs suffice depends on the account: docs/decisions/0016-step-up.md has the table. Its challenges serve this
//! session and nothing else: no sign-in takes them, and none of a sign-in counts here. The proof belongs to the tokens
//! that it returns.

mod graphql;
mod proofs;
mod prove;
mod start;

pub use graphql::ReauthenticationMutation;
pub use prove::{Given, Output, Refused, reauthenticate};
pub use start::{Started, look, start};
