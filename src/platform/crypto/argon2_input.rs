//! The inputs of Argon2.

use std::error::Error;

use argon2::{Algorithm, Version};

use super::hash_cost::HashCost;

/// All inputs except the password (RFC 9106, section 3.1).
#[derive(Clone, Copy)]
pub(super) struct Argon2Input<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) version: Version,
    pub(super) cost: HashCost,
    /// At least 8 bytes.
    pub(super) salt: &'a [u8],
    /// `K`; empty in every stored hash.
    pub(super) secret: &'a [u8],
    /// `X`, up to 32 bytes; empty in every stored hash.
    pub(super) data: &'a [u8],
}

/// An error of the libraries. It contains neither password nor hash.
pub(super) type HashError = Box<dyn Error + Send + Sync>;
