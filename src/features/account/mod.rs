//! What people do to their own accounts: change password and profile, reauthenticate, delete.
//!
//! Changes that are hard to undo need the current password, or a session that was recently reauthenticated (step-up;
//! OWASP ASVS 5.0, 7.5.1).

mod cancel_deletion;
pub mod change_password;
mod close;
pub mod delete;
mod delete_due;
mod grace;
mod graphql;
pub mod update_profile;

pub use cancel_deletion::cancel_deletion;
pub use close::Closing;
pub use delete::Deleted;
pub use delete_due::delete_due;
pub use graphql::AccountMutation;
