//! Caches parsed documents that have run.
//!
//! Only documents that passed every check, and ran, are cached. So a cached document is within the limits, which never
//! change while the process runs. What depends on the request (the method, the variables, who calls) is checked each
//! time.

use std::sync::Arc;

use async_graphql::{
    Positioned,
    parser::types::{ExecutableDocument, Selection},
};

use crate::platform::byte_bounded_cache::ByteBoundedCache;

/// Memory for all of them, in bytes.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;
/// What a typical document takes, in bytes.
const TYPICAL_BYTES: usize = 32 * 1024;

/// Parsed documents by their text.
#[derive(Debug)]
pub(super) struct ParsedDocumentCache(pub(super) ByteBoundedCache<Box<str>, Arc<ParsedDocument>>);

/// A document that has run.
pub(super) struct ParsedDocument {
    /// As it was run.
    pub(super) document: ExecutableDocument,
    /// Fields of list items that it asked for; another number with other variables.
    pub(super) list_items: usize,
}

impl ParsedDocumentCache {
    /// The document with this text, ready to run.
    pub(super) fn find(&self, text: &str) -> Option<Arc<ParsedDocument>> {
        self.0.get(text)
    }

    /// Whether a document may be cached. Not with a string in it, which may be a password and must not stay in memory;
    /// and not with several operations, of which only one has passed.
    pub(super) fn allows(text: &str, document: &ExecutableDocument) -> bool {
        !text.contains('"') && document.operations.iter().nth(1).is_none()
    }

    /// Caches a document that has run, as it was run.
    pub(super) fn insert(&self, text: &str, document: ExecutableDocument, list_items: usize) {
        // The most that a text of this length can become: a letter and a space for each field.
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
