//! Caches verified tokens: checking a signature takes longer than everything else about a request.

use std::sync::Arc;

use super::SignedToken;
use crate::platform::{byte_bounded_cache::ByteBoundedCache, crypto::Sha256};

/// Memory for all entries, in bytes.
pub(super) const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Memory of a typical entry, in bytes.
const TYPICAL_BYTES: usize = 1024;

/// Types and claims of tokens that the keys of one ring signed. Each ring has its own cache: another ring may lack a
/// key, so it starts empty.
///
/// The key is the hash of the whole token, signature included, so a token that differs in one bit is another entry. The
/// token itself is a credential and is not stored.
///
/// An entry says only that a token is genuine. Whether it is valid now is checked each time, and so is its session. A
/// second text of the same token (ES256 signatures can be rewritten) is just verified again.
#[derive(Debug)]
pub(super) struct VerifiedTokens(pub(super) ByteBoundedCache<Sha256, Arc<SignedToken>>);

impl VerifiedTokens {
    /// The contents of a cached token.
    pub(super) fn find(&self, hash: &Sha256) -> Option<Arc<SignedToken>> {
        self.0.get(hash)
    }

    /// Caches a genuine token.
    pub(super) fn insert(&self, hash: Sha256, signed: Arc<SignedToken>) {
        let bytes = size_of::<SignedToken>() + signed.claims.text_bytes();
        self.0.insert(hash, signed, bytes);
    }
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(ByteBoundedCache::new(MAX_BYTES, TYPICAL_BYTES))
    }
}
