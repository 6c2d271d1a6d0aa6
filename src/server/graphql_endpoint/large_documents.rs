//! Documents that ask for long lists take turns, so that small ones are answered in between.

use std::{num::NonZero, sync::Arc, thread};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// From how many fields of list items a document is large. The usual page of sessions with all its fields has half.
const LARGE: usize = 500;

/// One turn for each processor: more large answers at a time are not ready sooner, and each keeps its memory for longer.
#[derive(Debug)]
pub(super) struct LargeDocuments(Arc<Semaphore>);

/// The turn of a large document, until its answer is written.
pub(super) type LargeTurn = Option<OwnedSemaphorePermit>;

impl LargeDocuments {
    /// Waits for a turn if the document has enough fields of list items to need one.
    pub(super) async fn turn(&self, list_items: usize) -> LargeTurn {
        if list_items < LARGE {
            return None;
        }
        // Fails only if the semaphore is closed, which it never is.
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

impl Default for LargeDocuments {
    fn default() -> Self {
        let turns = thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Semaphore::new(turns)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn large_documents_wait_for_each_other_and_small_ones_for_nobody() {
        let documents = LargeDocuments(Arc::new(Semaphore::new(1)));
        let first = documents.turn(LARGE).now_or_never();
        assert!(first.is_some());
        assert!(documents.turn(LARGE).now_or_never().is_none());
        assert!(documents.turn(LARGE - 1).now_or_never().is_some());
        drop(first);
        assert!(documents.turn(5_000).now_or_never().is_some());
    }
}
