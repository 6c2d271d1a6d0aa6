//! Caches parsed documents that have run.
//!
//! Only documents that passed every check and ran are cached. So a cached document is within the limits, which never
//! change while the process runs. What depends on the request (method, variables, caller) is checked each time.

use std::sync::Arc;

use async_graphql::{
    Positioned,
    parser::types::{ExecutableDocument, Selection},
};

use crate::platform::byte_bounded_cache::ByteBoundedCache;

/// Memory for all entries, in bytes.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Memory of a typical entry, in bytes.
const TYPICAL_BYTES: usize = 32 * 1024;

/// Parsed documents by their text.
#[derive(Debug)]
pub(super) struct ParsedDocumentCache(pub(super) ByteBoundedCache<Box<str>, Arc<ParsedDocument>>);

/// A document that has run.
pub(super) struct ParsedDocument {
    /// The document in the form in which it ran.
    pub(super) document: ExecutableDocument,
    /// The number of fields in list items that it selected; with other variables it may differ.
    pub(super) list_items: usize,
}

impl ParsedDocumentCache {
    /// The document with this text, ready to run.
    pub(super) fn find(&self, text: &str) -> Option<Arc<ParsedDocument>> {
        self.0.get(text)
    }

    /// Whether a document may be cached. Not if it contains a string, which may be a password and must not stay in
    /// memory; and not with several operations, of which only one has passed.
    pub(super) fn allows(text: &str, document: &ExecutableDocument) -> bool {
        !text.contains('"') && document.operations.iter().nth(1).is_none()
    }

    /// Caches a document that has run, in the form in which it ran.
    pub(super) fn insert(&self, text: &str, document: ExecutableDocument, list_items: usize) {
        // The maximum for a text of this length: a letter and a space per field.
        let tree = (text.len() / 2).saturating_mul(size_of::<Positioned<Selection>>());
        let parsed = ParsedDocument { document, list_items };
        self.0
            .insert(Box::from(text), Arc::new(parsed), text.len().saturating_add(tree));
    }
}

impl Default for ParsedDocumentCache {
    fn default() -> Self {
        Self(ByteBoundedCache::new(MAX_BYTES, TYPICAL_BYTES))
    }
}
