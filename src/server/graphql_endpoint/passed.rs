//! Documents that have run before: what follows from their text alone need not be found out again.
//!
//! Only what passed every check, and ran, comes in here. So a document that is found is within the limits, which are
//! the same for the whole life of the endpoint; what depends on the request (the method, the variables, who calls) is
//! no part of it, and is looked at each time.

use std::{fmt, sync::Arc};

use async_graphql::{
    Positioned,
    parser::types::{ExecutableDocument, Selection},
};
use quick_cache::{Weighter, sync::Cache};

/// Memory for all of them, in bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What one takes besides its text and its tree: reference counts, and its place in the table.
const OVERHEAD: usize = 256;

/// A usual size in bytes, from which the number of places in the table follows.
const USUAL: u64 = 32 * 1024;

/// As many as fit into their memory; what is asked for stays longer than what came once.
pub(super) struct PassedDocuments(Cache<Box<str>, Arc<Passed>, Bytes>);

/// A document that has run.
pub(super) struct Passed {
    /// As it was run.
    pub(super) document: ExecutableDocument,
    /// Fields of list items that it asked for; another number with other variables.
    pub(super) list_items: usize,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Box<str>, Arc<Passed>> for Bytes {
    /// The most that a text of this length can come to: a letter and a space for each field.
    fn weight(&self, text: &Box<str>, _: &Arc<Passed>) -> u64 {
        let tree = (text.len() / 2).saturating_mul(size_of::<Positioned<Selection>>());
        u64::try_from(text.len() + tree + OVERHEAD).unwrap_or(u64::MAX)
    }
}

impl PassedDocuments {
    /// The document with this text, ready to run.
    pub(super) fn find(&self, text: &str) -> Option<Arc<Passed>> {
        self.0.get(text)
    }

    /// Whether a document of this text may be kept: not with a string in it, which may be a password and is not to stay
    /// in memory, and not with several operations, of which only one has passed.
    pub(super) fn takes(text: &str, document: &ExecutableDocument) -> bool {
        !text.contains('"') && document.operations.iter().nth(1).is_none()
    }

    #[cfg(test)]
    pub(super) fn is_within_memory(&self) -> bool {
        (1..=MOST_BYTES).contains(&self.0.weight()) && self.0.capacity() <= MOST_BYTES + 1024
    }

    /// Keeps a document that has run, as it was run.
    pub(super) fn keep(&self, text: &str, document: ExecutableDocument, list_items: usize) {
        let passed = Passed { document, list_items };
        self.0.insert(Box::from(text), Arc::new(passed));
    }
}

impl Default for PassedDocuments {
    fn default() -> Self {
        let places = usize::try_from(MOST_BYTES / USUAL).unwrap_or(1);
        Self(Cache::with_weighter(places, MOST_BYTES, Bytes))
    }
}

impl fmt::Debug for PassedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassedDocuments")
            .field("count", &self.0.len())
            .finish_non_exhaustive()
    }
}
