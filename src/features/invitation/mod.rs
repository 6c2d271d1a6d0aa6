//! Invitations: an account that somebody else made, until the reader of its mailbox sets a password.
//!
//! An invited account has an unproven address. Its invitation carries the roles that it gets when it is accepted: no role
//! counts before, and only those count that the sender could still give then. An invitation is bound to the address, works for three days, and dies when
//! it is sent again, when the account is disabled, or when its address or roles are changed; also when its sender is
//! disabled, or reports a sign-in or takes a former address back: then a thief may have sent it.

mod accept;
mod carried;
mod graphql;
mod new_invitation;
mod pending;

pub use accept::{accept, look};
pub use graphql::InvitationMutation;
pub use new_invitation::NewInvitation;
pub use pending::{PendingInvitation, pending, pending_in, pending_of_each, void, void_sent_by};
