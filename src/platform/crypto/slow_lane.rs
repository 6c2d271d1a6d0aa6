//! A limit for hashes that take much longer than our own.
//!
//! An imported hash can keep a thread for a second. Without this limit, a few sign-ins of imported users would keep all
//! threads, and everybody else would be refused when the deadline of the queue has passed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::hash_pool::PoolLimits;
use crate::platform::failure::Denied;

/// One in this many threads can be kept by slow hashes, at least one.
const SHARE_OF_THREADS: usize = 2;

/// One in this many places of the queue, at least one.
const SHARE_OF_QUEUE: usize = 4;

/// The places of slow hashes. They wait here, in order of arrival, before they join the queue of the threads.
#[derive(Debug)]
pub(super) struct SlowLane {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
    deadline: Duration,
}

impl SlowLane {
    pub(super) fn new(limits: PoolLimits) -> Self {
        let share = |of: usize, one_in: usize| (of / one_in).max(1);
        Self {
            running: Arc::new(Semaphore::new(share(limits.threads, SHARE_OF_THREADS))),
            waiting: AtomicUsize::new(0),
            max_waiting: share(limits.queue, SHARE_OF_QUEUE),
            deadline: limits.deadline,
        }
    }

    /// Waits for a place, which is free again when the result is dropped. Fails with `Unavailable` if too many wait, or
    /// if none is free within the deadline.
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit, Denied> {
        let busy = || Denied::Unavailable {
            retry_after: self.deadline.max(Duration::from_secs(1)),
        };
        if let Ok(place) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(place);
        }
        let _waiting = Waiting::begin(&self.waiting, self.max_waiting).ok_or_else(busy)?;
        let waited = timeout(self.deadline, Arc::clone(&self.running).acquire_owned()).await;
        // The semaphore is never closed.
        waited.map_err(|_| busy())?.map_err(|_| busy())
    }
}

/// Counts one that waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    /// None if as many as may wait already.
    fn begin(count: &'a AtomicUsize, max: usize) -> Option<Self> {
        let add = |waiting: usize| (waiting < max).then_some(waiting + 1);
        let added = count.fetch_update(Ordering::AcqRel, Ordering::Acquire, add);
        added.is_ok().then(|| Self(count))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(threads: usize, queue: usize, deadline: Duration) -> SlowLane {
        SlowLane::new(PoolLimits {
            threads,
            queue,
            deadline,
        })
    }

    #[tokio::test]
    async fn slow_hashes_keep_half_of_the_threads_at_most() {
        for (threads, places) in [(0, 1), (1, 1), (2, 1), (3, 1), (8, 4)] {
            let lane = lane(threads, 8, Duration::ZERO);
            let mut kept = Vec::new();
            for _ in 0..places {
                kept.push(lane.enter().await.unwrap());
            }
            assert!(lane.enter().await.is_err(), "{threads}");
            kept.pop();
            assert!(lane.enter().await.is_ok(), "{threads}");
        }
    }

    #[tokio::test]
    async fn who_waits_gets_the_place_that_becomes_free() {
        let lane = Arc::new(lane(2, 8, Duration::from_mins(1)));
        let place = lane.enter().await.unwrap();
        let waiting = tokio::spawn({
            let lane = lane.clone();
            async move { lane.enter().await.is_ok() }
        });
        while lane.waiting.load(Ordering::Acquire) == 0 {
            tokio::task::yield_now().await;
        }
        drop(place);
        assert!(waiting.await.unwrap());
        assert_eq!(lane.waiting.load(Ordering::Acquire), 0);
    }

    #[tokio::test]
    async fn a_quarter_of_the_queue_may_wait_and_no_more() {
        let lane = Arc::new(lane(2, 8, Duration::from_mins(1)));
        let _place = lane.enter().await.unwrap();
        let enter = || {
            let lane = lane.clone();
            tokio::spawn(async move { lane.enter().await.is_ok() })
        };
        let waiting = [enter(), enter()];
        while lane.waiting.load(Ordering::Acquire) < 2 {
            tokio::task::yield_now().await;
        }
        let refused = lane.enter().await.unwrap_err();
        assert!(
            matches!(refused, Denied::Unavailable { retry_after } if retry_after == Duration::from_mins(1))
        );
        // A caller that hangs up leaves its place.
        for task in waiting {
            task.abort();
            let _ = task.await;
        }
        assert_eq!(lane.waiting.load(Ordering::Acquire), 0);
    }
}
