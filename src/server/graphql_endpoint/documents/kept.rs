//! Documents that clients have sent once and ask for by hash from then on (automatic persisted queries).

use std::{fmt, sync::Arc};

use quick_cache::{Weighter, sync::Cache};

use crate::platform::graphql::document_hash::DocumentHash;

/// What one of them takes besides its text: key, reference counts, and its place in the table.
const OVERHEAD: usize = 128;

/// A usual size in bytes, from which the number of places in the table follows.
const USUAL: usize = 1024;

/// As many as fit into their memory; what is asked for stays longer than what came once.
pub(super) struct KeptDocuments(Cache<DocumentHash, Arc<str>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<DocumentHash, Arc<str>> for Bytes {
    fn weight(&self, _: &DocumentHash, text: &Arc<str>) -> u64 {
        u64::try_from(text.len().saturating_add(OVERHEAD)).unwrap_or(u64::MAX)
    }
}

impl KeptDocuments {
    /// Room for documents of `bytes` together.
    pub(super) fn new(bytes: usize) -> Self {
        let capacity = u64::try_from(bytes).unwrap_or(u64::MAX);
        Self(Cache::with_weighter(bytes / USUAL, capacity, Bytes))
    }

    /// The text with this hash, while it is here.
    pub(super) fn find(&self, hash: DocumentHash) -> Option<Arc<str>> {
        self.0.get(&hash)
    }

    /// Keeps `text`, whose hash this is, unless a string stands in it: that may be a password, and whoever guessed the
    /// hash would run the document with it. What differs from one request to the next belongs into variables.
    pub(super) fn keep(&self, hash: DocumentHash, text: &str) {
        if !text.contains('"') && !self.0.contains_key(&hash) {
            self.0.insert(hash, Arc::from(text));
        }
    }
}

impl fmt::Debug for KeptDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptDocuments")
            .field("count", &self.0.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(kept: &KeptDocuments, text: &str) -> DocumentHash {
        let hash = DocumentHash::of(text);
        kept.keep(hash, text);
        hash
    }

    #[test]
    fn documents_are_found_again_by_their_hash() {
        let kept = KeptDocuments::new(64 * 1024);
        let hash = keep(&kept, "{ me { id } }");
        assert_eq!(kept.find(hash).as_deref(), Some("{ me { id } }"));
        assert!(kept.find(DocumentHash::of("{ me }")).is_none());
    }

    #[test]
    fn documents_with_strings_in_them_are_not_kept() {
        let kept = KeptDocuments::new(64 * 1024);
        for text in [
            r#"mutation { login(input: { email: "a", password: "b" }) { user { id } } }"#,
            r#"{ node(id: """1""") { id } }"#,
        ] {
            assert!(kept.find(keep(&kept, text)).is_none(), "{text}");
        }
    }

    #[test]
    fn however_many_come_they_stay_within_their_memory() {
        let bytes = 256 * 1024;
        let kept = KeptDocuments::new(bytes);
        let favourite = keep(&kept, "{ me { id } }");
        let mut missed = 0;
        for count in 0..100_000 {
            // Someone uses it now and then, and sends it again when it is gone. Places are by chance.
            if count % 64 == 0 && kept.find(favourite).is_none() {
                missed += 1;
                keep(&kept, "{ me { id } }");
            }
            keep(
                &kept,
                &format!("query Q{count} {{ me {{ {} }} }}", "id ".repeat(count % 4_000)),
            );
            assert!(kept.0.weight() <= kept.0.capacity());
        }
        assert!(kept.0.capacity() <= u64::try_from(bytes).unwrap() + 1024);
        assert!(kept.0.len() < bytes / OVERHEAD);
        // Of 1,563 times; whatever came once has long gone.
        assert!(missed < 150, "{missed}");
    }

    #[test]
    fn the_largest_document_has_room_in_the_least_memory() {
        let kept = KeptDocuments::new(64 * 1024);
        let text = format!("{{ me {{ {}}} }}", "id ".repeat(5_400));
        assert!(kept.find(keep(&kept, &text)).is_some());
    }
}
