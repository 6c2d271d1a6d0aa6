//! Password hashes of other systems: what exports contain, and how it is stored.
//!
//! Each source writes the same few algorithms in its own way. A hash is read from the text of its source, and stored in
//! one form for each algorithm, in the place of our own hash. It is verified as it is; after the first sign-in our own
//! replaces it. docs/decisions/0045-imported-hashes.md has the forms and the reasons.
//!
//! Two rules hold for every form. Its cost is limited before anything is computed: a row of an import must not keep a
//! thread for minutes. And what is too cheap to be stored is *wrapped*: Argon2id over the old digest.

mod argon2;
mod bcrypt;
mod firebase;
mod firebase_parameters;
mod foreign_digest;
mod hmac;
mod notation;
mod options;
mod pbkdf2;
mod problem;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod salt;
mod scrypt;
mod setting;
mod source;
mod wrapped;

use std::fmt;

pub(super) use self::{argon2::read as read_argon2, foreign_digest::ForeignDigest, wrapped::WrappedHash};
pub use self::{
    firebase_parameters::FirebaseParameters, options::ForeignHashOptions, problem::ForeignHashProblem,
};
use super::{
    argon2_input::HashError, hash_cost::HashCost, hash_worker::HashWorker, stored_hash::SALT_LEN,
    stored_password::StoredPassword,
};

/// Longest text that is read: a JSON object with some properties more than are needed.
const MAX_TEXT: usize = 4_096;

/// A password hash that another system made, and that this server can verify.
///
/// [`PasswordHasher::import`](super::PasswordHasher::import) makes what is stored of it.
#[derive(Clone)]
pub struct ForeignHash(StoredPassword);

impl ForeignHash {
    /// Reads what an export contains:
    ///
    /// - PHC strings of Argon2, scrypt and PBKDF2; `$2a$`, `$2b$` and `$2y$` of bcrypt
    /// - Django, Werkzeug, passlib
    /// - JSON objects of Auth0, Firebase and Keycloak; `$fbscrypt$` of Supabase
    /// - 64 hexadecimal digits of HMAC-SHA256
    /// - what this server stores itself
    ///
    /// Fails for everything else, and for what is too costly to verify. Never panics, and computes no hash.
    pub fn parse(text: &str, options: &ForeignHashOptions) -> Result<Self, ForeignHashProblem> {
        if text.is_empty() {
            return Err(ForeignHashProblem::NoPassword);
        }
        if text.len() > MAX_TEXT {
            return Err(ForeignHashProblem::TooLong);
        }
        for read in source::READERS {
            match read(text, options) {
                Err(ForeignHashProblem::Unknown) => {}
                read => {
                    let hash = Self(read?);
                    if let Some(cost) = hash.0.argon2_cost() {
                        argon2::check_work(cost, options.ceiling)?;
                    }
                    return Ok(hash);
                }
            }
        }
        Err(ForeignHashProblem::Unknown)
    }

    /// The name of the algorithm: `argon2`, `bcrypt`, `bcrypt-sha256`, `firebase-scrypt`, `hmac-sha256`, `pbkdf2-sha1`,
    /// `pbkdf2-sha256`, `pbkdf2-sha512`, `scrypt` or `wrapped`.
    pub fn format(&self) -> &'static str {
        match &self.0 {
            StoredPassword::Argon2(_) => argon2::FORM,
            StoredPassword::Foreign(digest) => digest.form(),
            StoredPassword::Wrapped(_) => WrappedHash::FORM,
        }
    }

    /// Whether it is too cheap to be stored as it is, and will be wrapped.
    pub fn is_weak(&self) -> bool {
        match &self.0 {
            StoredPassword::Argon2(hash) => argon2::is_weak(hash),
            StoredPassword::Foreign(digest) => digest.is_weak(),
            StoredPassword::Wrapped(_) => false,
        }
    }

    /// The text to store of a hash that is not weak.
    pub(super) fn to_text(&self) -> Result<String, HashError> {
        self.0.to_text()
    }

    /// The text to store of a weak one.
    pub(super) fn wrap(
        &self,
        cost: HashCost,
        salt: [u8; SALT_LEN],
        worker: &mut HashWorker,
    ) -> Result<String, HashError> {
        let wrapped = match &self.0 {
            StoredPassword::Argon2(hash) => {
                let inner = setting::Setting::Argon2(hash.clone());
                WrappedHash::make(&inner, hash.output(), cost, salt, worker)?
            }
            StoredPassword::Foreign(digest) => {
                let (inner, digest) = digest.parts();
                WrappedHash::make(inner, digest, cost, salt, worker)?
            }
            StoredPassword::Wrapped(hash) => return hash.to_text(),
        };
        wrapped.to_text()
    }
}

/// Shows the form only.
impl fmt::Debug for ForeignHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ForeignHash").field(&self.format()).finish()
    }
}

#[cfg(test)]
mod tests;
