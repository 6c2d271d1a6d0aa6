//! Administration: what permitted people and the command line do to the accounts of others.
//!
//! Every use case takes an [`Authority`](super::authority::Authority), which only a checked caller has, and checks it
//! again in its transaction. Nobody chooses or sees a password here: an account gets a link, by mail, to set one.

mod delete;
mod disable;
mod enable;
mod graphql;
mod invite;
mod mail_budget;
mod read;
mod reason;
mod refused;
mod reset_mfa;
mod revoke_sessions;
mod send_invitation;
mod send_reset;
mod set_roles;
mod target;
mod update;

pub use delete::delete;
pub use disable::{Disabled, disable};
pub use enable::enable;
pub use graphql::{AdminMutation, AdminQuery};
pub use invite::{Invitee, invite};
pub use read::{Lookup, count, find, find_readable, list};
pub use refused::Refused;
pub use reset_mfa::reset_mfa;
pub use revoke_sessions::revoke_sessions;
pub use send_reset::send_reset;
pub use set_roles::set_roles;
pub use update::{Changes, update};
