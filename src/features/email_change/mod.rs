//! Changing one's address.
//!
//! The new address counts once its mailbox is proven in a session of the account that asked, or with its password. The
//! link alone is not enough: a mistyped address would give the account to a stranger, and a stranger's click would give
//! their address to an attacker's account. The token is bound to the user, the old and the new address, so that two
//! changes cannot be mixed up.
//!
//! The old address, if it was proven, gets a mail whose link takes it back for a week, whatever was changed since. For
//! that time it is kept for the account.

mod cancel;
mod compose;
mod confirm;
mod graphql;
mod request;
mod undo;

pub use cancel::cancel;
pub use compose::compose;
pub use confirm::{Change, NotConfirmed, confirm, find};
pub use graphql::EmailChangeMutation;
pub use request::{Input, Refused, request};
pub use undo::{NotUndone, Undone, look_at_undo, undo};
