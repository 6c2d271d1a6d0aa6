//! What resolvers need from an operation.

mod guard;
mod operation;
pub mod user_error;

pub use guard::signed_in;
pub use operation::operation;
