//! Takes over the accounts of another system, with the hashes of their passwords.
//!
//! Users come in batches, from `importUsers` or the command line. Each is checked, and succeeds or fails alone; those of
//! a batch that can be created are created in one transaction, with an event of the audit log for each and one for the
//! batch. A dry run leaves an event, too. An address that exists is skipped: an import never changes an account, so it
//! can be run again after it broke off.
//!
//! Nobody lifts themselves: roles and confirmed addresses need the permission `manage_roles` as well, and no role may
//! permit what its giver is not permitted. Weak hashes are wrapped before the transaction begins;
//! docs/decisions/0045-imported-hashes.md has the forms and the reasons.

mod batch;
mod check;
mod file;
mod graphql;
mod problem;
mod wrap;

pub use batch::{Import, Imported, Mode, Refused};
pub use check::ImportedUser;
pub use file::{Fields, FileFormat, InputError, LineProblem, MAX_RECORD, Record, Separator, UnreadNames};
pub use graphql::UserImportMutation;
pub use problem::Problem;

/// Maximum number of users in one batch. Bounds the transaction, and the values of its statements.
pub const MAX_USERS: usize = 500;

/// Maximum number of users in one request: with weak hashes, about two seconds of one thread.
pub const MAX_USERS_OF_CALL: usize = 100;
