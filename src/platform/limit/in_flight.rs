//! Limits the number of concurrent operations per key.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::sync::{self, Notify, OwnedMutexGuard};

/// Queues, one per key. The first waiter of each queue has the turn and decides whether there is a free place; the
/// others wait behind it. A place is taken until its [`Permit`] is dropped.
///
/// A queue exists only while it has waiters or permits: memory is bounded by the number of open requests.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashMap<String, Arc<Queue>>>>);

#[derive(Debug, Default)]
struct Queue {
    turn: Arc<sync::Mutex<()>>,
    taken: AtomicU32,
    freed: Notify,
}

/// A waiter in a queue, or the holder of a place.
#[derive(Debug)]
struct Waiter {
    queues: InFlight,
    key: String,
    queue: Option<Arc<Queue>>,
}

/// The turn to decide whether there is a free place.
#[derive(Debug)]
pub struct Turn {
    waiter: Waiter,
    _turn: OwnedMutexGuard<()>,
}

/// A taken place.
#[derive(Debug)]
pub struct Permit(Waiter);

impl InFlight {
    /// Waits for the turn in the queue of `key`.
    pub async fn turn(&self, key: &str) -> Turn {
        let waiter = self.enqueue(key);
        let turn = waiter.queue().turn.clone().lock_owned().await;
        Turn { waiter, _turn: turn }
    }

    fn enqueue(&self, key: &str) -> Waiter {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(key.to_owned()).or_default().clone();
        Waiter {
            queues: self.clone(),
            key: key.to_owned(),
            queue: Some(queue),
        }
    }
}

impl Turn {
    /// How many places are taken. During the turn this can only decrease, so an operation that ends after this call is
    /// counted here, and perhaps again in data that is read afterwards, but never missed.
    pub fn taken(&self) -> u32 {
        self.waiter.queue().taken.load(Ordering::SeqCst)
    }

    /// Waits until a place has been freed since the last call.
    pub async fn freed(&self) {
        self.waiter.queue().freed.notified().await;
    }

    /// Takes a place, and passes the turn to the next waiter.
    pub fn take(self) -> Permit {
        self.waiter.queue().taken.fetch_add(1, Ordering::SeqCst);
        Permit(self.waiter)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let queue = self.0.queue();
        queue.taken.fetch_sub(1, Ordering::SeqCst);
        queue.freed.notify_one();
    }
}

impl Waiter {
    /// `None` only during the drop.
    fn queue(&self) -> Arc<Queue> {
        self.queue.clone().unwrap_or_default()
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut queues = self.queues.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.queue = None;
        if queues
            .get(&self.key)
            .is_some_and(|queue| Arc::strong_count(queue) == 1)
        {
            queues.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queues(in_flight: &InFlight) -> usize {
        in_flight.0.lock().unwrap().len()
    }

    #[tokio::test]
    async fn one_decides_at_a_time_and_each_line_for_itself() {
        let in_flight = InFlight::default();
        let first = in_flight.turn("a").await;
        assert_eq!(first.taken(), 0);
        let other = in_flight.turn("b").await;
        let mut second = Box::pin(in_flight.turn("a"));
        assert!(futures_util::poll!(&mut second).is_pending());
        let permit = first.take();
        let second = second.await;
        assert_eq!((second.taken(), other.taken()), (1, 0));
        drop(permit);
        second.freed().await;
        assert_eq!(second.taken(), 0);
    }

    #[tokio::test]
    async fn a_line_that_nobody_stands_in_is_gone() {
        let in_flight = InFlight::default();
        let turn = in_flight.turn("a").await;
        let mut waiting = Box::pin(in_flight.turn("a"));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        let permit = turn.take();
        drop(waiting);
        assert_eq!(queues(&in_flight), 1);
        drop(permit);
        assert_eq!(queues(&in_flight), 0);
    }
}
