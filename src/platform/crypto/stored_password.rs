//! A stored password hash of any form.

use super::{
    argon2_input::HashError,
    foreign_hash::{ForeignDigest, ForeignHashProblem, WrappedHash, read_argon2},
    hash_cost::HashCost,
    hash_work::HashWork,
    hash_worker::HashWorker,
    stored_hash::StoredHash,
};

/// Length of the column.
pub(super) const MAX_TEXT: usize = 255;

/// A hash that is well-formed and not too costly to verify.
#[derive(Debug, Clone)]
pub(super) enum StoredPassword {
    /// Argon2: made here, or imported.
    Argon2(StoredHash),
    /// Imported.
    Foreign(ForeignDigest),
    /// Imported, and too cheap to be stored as it was.
    Wrapped(WrappedHash),
}

impl StoredPassword {
    /// Parses `text`, if its cost exceeds neither the limit of its form nor, for Argon2, `ceiling`.
    pub(super) fn parse(text: &str, ceiling: HashCost) -> Result<Self, ForeignHashProblem> {
        if text.len() > MAX_TEXT {
            return Err(ForeignHashProblem::TooLong);
        }
        if text.starts_with("$argon2") {
            return read_argon2(text, ceiling).map(Self::Argon2);
        }
        if WrappedHash::is_text(text) {
            return WrappedHash::parse(text, ceiling).map(Self::Wrapped);
        }
        ForeignDigest::parse(text, ceiling).map(Self::Foreign)
    }

    /// The text to store.
    pub(super) fn to_text(&self) -> Result<String, HashError> {
        match self {
            Self::Argon2(hash) => hash.to_phc(),
            Self::Foreign(digest) => digest.to_text(),
            Self::Wrapped(hash) => hash.to_text(),
        }
    }

    /// Whether this is the hash of `password`.
    pub(super) fn matches(&self, password: &[u8], worker: &mut HashWorker) -> Result<bool, HashError> {
        match self {
            Self::Argon2(hash) => hash.matches(password, worker),
            Self::Foreign(digest) => digest.matches(password, worker),
            Self::Wrapped(hash) => hash.matches(password, worker),
        }
    }

    /// Whether it should be replaced by a hash made today.
    pub(super) fn is_outdated(&self, today: HashCost) -> bool {
        match self {
            Self::Argon2(hash) => hash.is_outdated(today),
            Self::Foreign(_) | Self::Wrapped(_) => true,
        }
    }

    /// The cost of the Argon2 that verifying it takes, if it takes any.
    pub(super) fn argon2_cost(&self) -> Option<HashCost> {
        match self {
            Self::Argon2(hash) => Some(hash.cost()),
            Self::Foreign(_) => None,
            Self::Wrapped(hash) => Some(hash.outer_cost()),
        }
    }

    /// The work of verifying it.
    pub(super) fn work(&self) -> HashWork {
        match self {
            Self::Argon2(hash) => HashWork::of(hash.cost()),
            Self::Foreign(digest) => digest.work(),
            Self::Wrapped(hash) => hash.work(),
        }
    }
}
