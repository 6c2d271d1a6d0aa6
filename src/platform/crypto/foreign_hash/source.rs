//! The systems that hashes come from, one file for each way of writing them.

mod django;
mod hmac;
mod json_export;
mod keycloak;
mod passlib;
mod supabase;
mod werkzeug;

use super::{ForeignHashOptions, ForeignHashProblem, wrapped::WrappedHash};
use crate::platform::crypto::stored_password::StoredPassword;

/// Reads the text of one source. `Unknown` if it is not of that source.
pub(super) type Reader = fn(&str, &ForeignHashOptions) -> Result<StoredPassword, ForeignHashProblem>;

/// All of them.
pub(super) const READERS: [Reader; 7] = [
    passlib::read,
    django::read,
    werkzeug::read,
    supabase::read,
    json_export::read,
    hmac::read,
    stored,
];

/// PHC strings, bcrypt, and what this server stores itself.
fn stored(text: &str, options: &ForeignHashOptions) -> Result<StoredPassword, ForeignHashProblem> {
    match StoredPassword::parse(text, options.ceiling)? {
        StoredPassword::Wrapped(hash) if hash.is_weak() => {
            Err(ForeignHashProblem::TooCheap(WrappedHash::FORM))
        }
        hash => Ok(hash),
    }
}
