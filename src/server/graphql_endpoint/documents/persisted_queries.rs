//! Documents that clients send once and then request by hash (automatic persisted queries).

use std::sync::Arc;

use crate::platform::{byte_bounded_cache::ByteBoundedCache, crypto::Sha256};

/// Memory of a typical document, in bytes.
const TYPICAL_BYTES: usize = 1024;

/// Texts by their hash.
#[derive(Debug)]
pub(super) struct PersistedQueries(ByteBoundedCache<Sha256, Arc<str>>);

impl PersistedQueries {
    /// A cache for documents of `bytes` together.
    pub(super) fn new(bytes: usize) -> Self {
        Self(ByteBoundedCache::new(bytes, TYPICAL_BYTES))
    }

    /// The text with this hash, while it is stored.
    pub(super) fn find(&self, hash: Sha256) -> Option<Arc<str>> {
        self.0.get(&hash)
    }

    /// Stores `text` under its hash, unless it contains a string. A string may be a password, and anyone who guesses
    /// the hash could run the document with it. Values that differ between requests belong in variables.
    pub(super) fn insert(&self, hash: Sha256, text: &str) {
        if !text.contains('"') && self.find(hash).is_none() {
            self.0.insert(hash, Arc::from(text), text.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(queries: &PersistedQueries, text: &str) -> Sha256 {
        let hash = Sha256::of(text);
        queries.insert(hash, text);
        hash
    }

    #[test]
    fn documents_are_found_again_by_their_hash() {
        let queries = PersistedQueries::new(64 * 1024);
        let hash = insert(&queries, "{ me { id } }");
        assert_eq!(queries.find(hash).as_deref(), Some("{ me { id } }"));
        assert!(queries.find(Sha256::of("{ me }")).is_none());
    }

    #[test]
    fn documents_with_strings_in_them_are_not_stored() {
        let queries = PersistedQueries::new(64 * 1024);
        for text in [
            r#"mutation { login(input: { email: "a", password: "b" }) { user { id } } }"#,
            r#"{ node(id: """1""") { id } }"#,
        ] {
            assert!(queries.find(insert(&queries, text)).is_none(), "{text}");
        }
    }

    #[test]
    fn the_largest_document_has_room_in_the_least_memory() {
        let queries = PersistedQueries::new(64 * 1024);
        let text = format!("{{ me {{ {}}} }}", "id ".repeat(5_400));
        assert!(queries.find(insert(&queries, &text)).is_some());
    }
}
