//! Caches verified tokens: checking a signature takes longer than everything else about a request.

use std::sync::Arc;

use super::SignedToken;
use crate::platform::{byte_bounded_cache::ByteBoundedCache, crypto::Sha256};

/// Memory for all of them, in bytes.
pub(super) const MAX_BYTES: usize = 8 * 1024 * 1024;
/// What a typical token takes, in bytes.
const TYPICAL_BYTES: usize = 1024;

/// Types and claims of tokens that the keys of one ring signed. It belongs to its ring: another ring, which may lack a
/// key, starts empty.
///
/// The key is the hash of the whole token, signature included, so that a token that differs in one bit is another. The
/// token itself, with which anyone could sign in, is not stored.
///
/// Only that a token is genuine is cached. Whether it is valid now is checked each time, and so is its session. A second
/// text of the same token (ES256 signatures can be rewritten) is merely verified once more.
#[derive(Debug)]
pub(super) struct VerifiedTokens(pub(super) ByteBoundedCache<Sha256, Arc<SignedToken>>);

impl VerifiedTokens {
    /// A token that was found genuine.
    pub(super) fn find(&self, hash: &Sha256) -> Option<Arc<SignedToken>> {
        self.0.get(hash)
    }

    /// Caches that a token is genuine.
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
