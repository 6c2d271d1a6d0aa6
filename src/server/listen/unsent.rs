//! How many bytes of answers wait for their clients to take them.
//!
//! An answer is kept in memory until its client has taken it. A client that asks on many connections and reads slowly
//! would make the server keep as many answers as it likes, so there is a budget for each network and one for all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::platform::limit::Network;

/// Answers up to this many bytes are not counted: the buffers of the system hold them.
const SMALL: usize = 16 * 1024;

type NetworkKey = [u8; Network::BYTES];

/// Counts the bytes that wait.
#[derive(Debug)]
pub(super) struct AnswerBudget {
    per_network: usize,
    total: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    total: usize,
    by_network: HashMap<NetworkKey, usize>,
}

/// The answers of one connection that its client has not taken yet. Those that are left are not counted any more once
/// it is dropped.
#[derive(Debug)]
pub struct UnsentAnswers {
    budget: Arc<AnswerBudget>,
    /// None for proxies, which carry the answers of many clients.
    network: Option<NetworkKey>,
    bytes: AtomicUsize,
}

impl AnswerBudget {
    pub(super) fn new(per_network: usize, total: usize) -> Self {
        Self {
            per_network,
            total,
            waiting: Mutex::default(),
        }
    }

    /// For a connection from `address`; none if it is a proxy's.
    pub(super) fn connection(self: &Arc<Self>, address: Option<IpAddr>) -> Arc<UnsentAnswers> {
        Arc::new(UnsentAnswers {
            budget: Arc::clone(self),
            network: address.map(|address| Network::of(address).bytes()),
            bytes: AtomicUsize::default(),
        })
    }

    fn add(&self, network: Option<NetworkKey>, bytes: usize) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let of_network = network.and_then(|network| waiting.by_network.get(&network));
        let of_network = of_network.copied().unwrap_or_default();
        let total = waiting.total.saturating_add(bytes);
        // One answer may always wait, however large it is.
        let fits_network = of_network == 0 || of_network.saturating_add(bytes) <= self.per_network;
        let fits = fits_network && (waiting.total == 0 || total <= self.total);
        if fits {
            waiting.total = total;
            if let Some(network) = network {
                waiting
                    .by_network
                    .insert(network, of_network.saturating_add(bytes));
            }
        }
        fits
    }

    fn remove(&self, network: Option<NetworkKey>, bytes: usize) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.total = waiting.total.saturating_sub(bytes);
        let Some(network) = network else { return };
        if let Some(count) = waiting.by_network.get_mut(&network) {
            *count = count.saturating_sub(bytes);
            if *count == 0 {
                waiting.by_network.remove(&network);
            }
        }
    }
}

impl UnsentAnswers {
    /// Whether there is room for an answer of this many bytes, which then count until they are taken.
    pub fn admit(&self, bytes: usize) -> bool {
        if bytes <= SMALL {
            return true;
        }
        let fits = self.budget.add(self.network, bytes);
        if fits {
            self.bytes.fetch_add(bytes, Ordering::Relaxed);
        }
        fits
    }

    /// The client has taken this many bytes.
    pub(super) fn taken(&self, bytes: usize) {
        let before = self
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| {
                (it > 0).then(|| it.saturating_sub(bytes))
            });
        if let Ok(before) = before {
            self.budget.remove(self.network, before.min(bytes));
        }
    }

    /// Nothing waits any more.
    pub(super) fn all_taken(&self) {
        self.taken(usize::MAX);
    }
}

impl Drop for UnsentAnswers {
    fn drop(&mut self) {
        self.all_taken();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: usize = 100_000;

    fn budget() -> Arc<AnswerBudget> {
        Arc::new(AnswerBudget::new(2 * LARGE, 3 * LARGE))
    }

    fn connection(budget: &Arc<AnswerBudget>, address: &str) -> Arc<UnsentAnswers> {
        budget.connection(Some(address.parse().unwrap()))
    }

    #[test]
    fn networks_have_a_budget_each_and_all_have_one() {
        let budget = budget();
        let [first, second] = ["192.0.2.1", "::ffff:192.0.2.1"].map(|it| connection(&budget, it));
        assert!(first.admit(LARGE) && second.admit(LARGE) && !second.admit(LARGE));
        let [other, neighbour] = ["2001:db8::1", "2001:db8::2"].map(|it| connection(&budget, it));
        assert!(other.admit(LARGE) && !neighbour.admit(LARGE));
        assert!(!budget.connection(None).admit(LARGE));
        // Small ones always pass.
        assert!(second.admit(SMALL) && neighbour.admit(SMALL));
    }

    #[test]
    fn what_is_taken_or_dropped_counts_no_more() {
        let budget = budget();
        let [first, second] = [(); 2].map(|()| connection(&budget, "192.0.2.1"));
        assert!(first.admit(2 * LARGE) && !second.admit(LARGE));
        first.taken(LARGE - 1);
        assert!(!second.admit(LARGE));
        first.taken(1);
        assert!(second.admit(LARGE));
        first.all_taken();
        first.taken(5);
        assert!(first.admit(LARGE));
        drop((first, second));
        let waiting = budget.waiting.lock().unwrap();
        assert_eq!((waiting.total, waiting.by_network.len()), (0, 0));
    }

    #[test]
    fn one_answer_may_always_wait() {
        let budget = budget();
        let one = connection(&budget, "192.0.2.1");
        assert!(one.admit(10 * LARGE) && !one.admit(LARGE));
    }
}
