//! Tokens whose signature was found good before: computing it again would take longer than all else about a request.

use std::{fmt, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::{Weighter, sync::Cache};

use super::SignedToken;

/// Memory for all of them, in bytes.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// What one takes besides the text of its claims: key, reference counts, and its place in the table.
const OVERHEAD: usize = 128;

/// A usual size in bytes, from which the number of places in the table follows.
const USUAL: usize = 1024;

/// The SHA-256 hash of a whole token, signature included: what differs in one bit is another token. The token itself,
/// with which anyone could sign in, is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(super) fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        for (mine, theirs) in bytes.iter_mut().zip(digest(&SHA256, token.as_bytes()).as_ref()) {
            *mine = *theirs;
        }
        Self(bytes)
    }
}

/// Types and claims of tokens that the keys of one ring signed. It belongs to its ring: another ring, which may lack
/// a key, starts empty.
///
/// That a token is genuine is all that is remembered. Whether it is valid now is asked each time, and whether its
/// session was ended is none of its business: a second text of the same token (ES256 signatures can be rewritten) is
/// merely verified once more.
pub(super) struct VerifiedTokens(Cache<TokenHash, Arc<SignedToken>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<TokenHash, Arc<SignedToken>> for Bytes {
    fn weight(&self, _: &TokenHash, signed: &Arc<SignedToken>) -> u64 {
        let size = size_of::<SignedToken>() + signed.claims.text_bytes() + OVERHEAD;
        u64::try_from(size).unwrap_or(u64::MAX)
    }
}

impl VerifiedTokens {
    /// A token that was found genuine.
    pub(super) fn find(&self, hash: &TokenHash) -> Option<Arc<SignedToken>> {
        self.0.get(hash)
    }

    #[cfg(test)]
    pub(super) fn is_within_memory(&self) -> bool {
        (1..=MOST_BYTES).contains(&self.0.weight()) && self.0.capacity() <= MOST_BYTES + 1024
    }

    /// Remembers that a token is genuine.
    pub(super) fn keep(&self, hash: TokenHash, signed: Arc<SignedToken>) {
        self.0.insert(hash, signed);
    }
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        let usual = u64::try_from(USUAL).unwrap_or(1);
        let places = usize::try_from(MOST_BYTES / usual).unwrap_or(1);
        Self(Cache::with_weighter(places, MOST_BYTES, Bytes))
    }
}

impl fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedTokens")
            .field("count", &self.0.len())
            .finish_non_exhaustive()
    }
}
