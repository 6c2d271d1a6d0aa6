//! Accounts: who somebody is.

mod email;
mod name;

pub use email::{EmailAddress, EmailProblem};
pub use name::{DisplayName, NameProblem};
