//! The queue of the hashing threads.
//!
//! It is bounded, and strangers can fill three quarters of it. The rest is for callers on a network that their account
//! knows, and they go first: otherwise a flood of guesses would lock everybody out.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// One in this many places is reserved for known callers.
const KNOWN_SHARE: usize = 4;

/// After this many jobs of known callers in a row a stranger has a turn, so that strangers cannot starve.
const KNOWN_IN_A_ROW: u32 = 3;

/// The caller that needs a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Any other caller.
    Stranger,
    /// A caller on a network that recently sent the right password of the account.
    Known,
}

/// Jobs that wait for a thread.
pub(super) struct HashQueue<J> {
    /// How many jobs can wait.
    size: usize,
    jobs: Mutex<Jobs<J>>,
    arrived: Condvar,
}

struct Jobs<J> {
    known: VecDeque<J>,
    strangers: VecDeque<J>,
    known_in_a_row: u32,
    /// Threads that wait for a job.
    idle: usize,
    is_closed: bool,
}

impl<J> HashQueue<J> {
    pub(super) fn new(size: usize) -> Self {
        Self {
            size,
            jobs: Mutex::new(Jobs {
                known: VecDeque::new(),
                strangers: VecDeque::new(),
                known_in_a_row: 0,
                idle: 0,
                is_closed: false,
            }),
            arrived: Condvar::new(),
        }
    }

    /// Whether one more job could wait, or start at once.
    pub(super) fn has_room(&self, asker: Asker) -> bool {
        self.jobs().has_room(asker, self.size)
    }

    /// Adds a job if there is room, and returns whether there was.
    pub(super) fn push(&self, asker: Asker, job: J) -> bool {
        let mut jobs = self.jobs();
        if !jobs.has_room(asker, self.size) {
            return false;
        }
        match asker {
            Asker::Known => jobs.known.push_back(job),
            Asker::Stranger => jobs.strangers.push_back(job),
        }
        drop(jobs);
        self.arrived.notify_one();
        true
    }

    /// Waits for the next job; none once the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<J> {
        let mut jobs = self.jobs();
        loop {
            if let Some(job) = jobs.next() {
                return Some(job);
            }
            if jobs.is_closed {
                return None;
            }
            jobs.idle += 1;
            jobs = self.arrived.wait(jobs).unwrap_or_else(PoisonError::into_inner);
            jobs.idle -= 1;
        }
    }

    /// Lets the threads end after they have run the waiting jobs.
    pub(super) fn close(&self) {
        self.jobs().is_closed = true;
        self.arrived.notify_all();
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs<J>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J> fmt::Debug for HashQueue<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashQueue")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl<J> Jobs<J> {
    fn has_room(&self, asker: Asker, size: usize) -> bool {
        // Idle threads take a job at once, so it does not wait.
        let is_full = self.known.len() + self.strangers.len() >= size + self.idle;
        let max_strangers = size - size / KNOWN_SHARE + self.idle;
        !is_full && (asker == Asker::Known || self.strangers.len() < max_strangers)
    }

    fn next(&mut self) -> Option<J> {
        let is_turn_of_known = self.known_in_a_row < KNOWN_IN_A_ROW || self.strangers.is_empty();
        if is_turn_of_known && let Some(job) = self.known.pop_front() {
            self.known_in_a_row += 1;
            return Some(job);
        }
        self.known_in_a_row = 0;
        self.strangers.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(queue: &HashQueue<u32>, asker: Asker, job: u32) -> usize {
        std::iter::repeat_with(|| queue.push(asker, job))
            .take(1_000)
            .filter(|is_accepted| *is_accepted)
            .count()
    }

    #[test]
    fn strangers_leave_a_quarter_to_those_who_are_known() {
        let queue = HashQueue::new(64);
        assert_eq!(fill(&queue, Asker::Stranger, 0), 48);
        assert!(!queue.has_room(Asker::Stranger) && queue.has_room(Asker::Known));
        assert_eq!(fill(&queue, Asker::Known, 1), 16);
        assert!(!queue.has_room(Asker::Known));
        let queue = HashQueue::new(64);
        assert_eq!(fill(&queue, Asker::Known, 1), 64, "nobody else is there");
        assert!(!queue.has_room(Asker::Stranger));
    }

    #[test]
    fn a_queue_too_short_to_share_is_shared_by_all() {
        for size in [1, 2, 3] {
            assert_eq!(fill(&HashQueue::new(size), Asker::Stranger, 0), size);
        }
        assert_eq!(fill(&HashQueue::new(0), Asker::Known, 0), 0);
    }

    #[test]
    fn those_who_are_known_go_first_and_every_fourth_is_a_stranger() {
        let queue = HashQueue::new(64);
        for number in 0..4 {
            queue.push(Asker::Stranger, 100 + number);
        }
        for number in 0..8 {
            queue.push(Asker::Known, number);
        }
        queue.close();
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, [0, 1, 2, 100, 3, 4, 5, 101, 6, 7, 102, 103]);
    }
}
