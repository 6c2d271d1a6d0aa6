//! How many of something are under way for each key.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::sync::{self, Notify, OwnedMutexGuard};

/// Lines, one for each key. One in each queue has its turn and decides whether there is a place for it; the others wait
/// behind it. Whoever has a place keeps it until it is dropped.
///
/// A queue is here as long as somebody stands in it: memory is bounded by the requests that are open.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashMap<String, Arc<Queue>>>>);

#[derive(Debug, Default)]
struct Queue {
    turn: Arc<sync::Mutex<()>>,
    taken: AtomicU32,
    freed: Notify,
}

/// Somebody in a queue.
#[derive(Debug)]
struct Waiter {
    queues: InFlight,
    key: String,
    queue: Option<Arc<Queue>>,
}

/// The turn to decide whether there is a place.
#[derive(Debug)]
pub struct Turn {
    waiter: Waiter,
    _turn: OwnedMutexGuard<()>,
}

/// A place.
#[derive(Debug)]
pub struct Permit(Waiter);

impl InFlight {
    /// Waits for one's turn in the queue of `key`.
    pub async fn turn(&self, key: &str) -> Turn {
        let waiter = self.stand(key);
        let turn = waiter.queue().turn.clone().lock_owned().await;
        Turn { waiter, _turn: turn }
    }

    fn stand(&self, key: &str) -> Waiter {
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
    /// How many places are taken. While one has the turn it can only get less, so what is read after this question
    /// counts whoever has left his place since at least once.
    pub fn taken(&self) -> u32 {
        self.waiter.queue().taken.load(Ordering::SeqCst)
    }

    /// Waits until somebody has left a place since the last time.
    pub async fn freed(&self) {
        self.waiter.queue().freed.notified().await;
    }

    /// Takes a place, and gives the turn to the next.
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
    /// There is one until the drop.
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
        let place = first.take();
        let second = second.await;
        assert_eq!((second.taken(), other.taken()), (1, 0));
        drop(place);
        second.freed().await;
        assert_eq!(second.taken(), 0);
    }

    #[tokio::test]
    async fn a_line_that_nobody_stands_in_is_gone() {
        let in_flight = InFlight::default();
        let turn = in_flight.turn("a").await;
        let mut waiting = Box::pin(in_flight.turn("a"));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        let place = turn.take();
        drop(waiting);
        assert_eq!(queues(&in_flight), 1);
        drop(place);
        assert_eq!(queues(&in_flight), 0);
    }
}
