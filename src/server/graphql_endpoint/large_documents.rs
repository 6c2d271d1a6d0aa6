//! Documents that request long lists take turns, so that small ones are answered in between.

use std::{num::NonZero, sync::Arc, thread};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The number of fields in list items that makes a document large. The usual page of sessions with all its fields has
/// half.
const LARGE: usize = 500;

/// One turn per processor: more large responses at a time would not be ready sooner, and each would keep its memory
/// longer.
#[derive(Debug)]
pub(super) struct LargeDocuments {
    queries: Arc<Semaphore>,
    /// Separate, because some of these wait for a hash or for other changes first.
    mutations: Arc<Semaphore>,
}

/// The turn of a large document, held until its response is written.
pub(super) type LargeTurn = Option<OwnedSemaphorePermit>;

impl LargeDocuments {
    /// Waits for a turn if the document has enough fields of list items to need one.
    pub(super) async fn turn(&self, list_items: usize, is_mutation: bool) -> LargeTurn {
        if list_items < LARGE {
            return None;
        }
        let turns = if is_mutation {
            &self.mutations
        } else {
            &self.queries
        };
        // Fails only if the semaphore is closed, which it never is.
        Arc::clone(turns).acquire_owned().await.ok()
    }
}

impl LargeDocuments {
    fn new(turns: usize) -> Self {
        Self {
            queries: Arc::new(Semaphore::new(turns)),
            mutations: Arc::new(Semaphore::new(turns)),
        }
    }
}

impl Default for LargeDocuments {
    fn default() -> Self {
        Self::new(thread::available_parallelism().map_or(1, NonZero::get))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn large_documents_wait_for_each_other_and_small_ones_for_nobody() {
        let documents = LargeDocuments::new(1);
        let turn = |list_items, is_mutation| documents.turn(list_items, is_mutation).now_or_never();
        let first = turn(LARGE, false);
        assert!(first.is_some());
        assert!(turn(LARGE, false).is_none());
        assert!(turn(LARGE - 1, false).is_some());
        assert!(turn(LARGE, true).is_some());
        drop(first);
        assert!(turn(5_000, false).is_some());
    }
}
