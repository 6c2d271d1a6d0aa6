//! Limits how many bytes of responses wait for their clients to take them.
//!
//! A response is kept in memory until its client has taken it. A client that requests on many connections and reads
//! slowly would make the server keep any number of responses, so each network has a budget, and so have all together.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::platform::limit::Prefix;

/// Responses up to this many bytes are not counted: the buffers of the system hold them.
const SMALL: usize = 16 * 1024;

/// One part in this many of the total is reserved for clients whose network has nothing unsent.
const RESERVE: usize = 4;

/// Counts the unsent bytes.
#[derive(Debug)]
pub(in crate::server) struct AnswerBudget {
    per_network: usize,
    total: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    total: usize,
    /// Unknown clients are counted together.
    of_unknown: usize,
    by_prefix: HashMap<Prefix, usize>,
}

/// The responses of one connection that its client has not taken yet. On drop, the rest of them is no longer counted.
#[derive(Debug)]
pub struct UnsentAnswers {
    budget: Arc<AnswerBudget>,
    counted: Mutex<Counted>,
}

/// Unsent bytes, and the client that they are counted for. A proxy carries the responses of many clients on one
/// connection: as long as some are unsent, further ones are counted with them.
#[derive(Debug, Default)]
struct Counted {
    client: Option<IpAddr>,
    bytes: usize,
}

impl AnswerBudget {
    pub(in crate::server) fn new(per_network: usize, total: usize) -> Self {
        Self {
            per_network,
            total,
            waiting: Mutex::default(),
        }
    }

    /// The counter for a new connection.
    pub(in crate::server) fn connection(self: &Arc<Self>) -> Arc<UnsentAnswers> {
        Arc::new(UnsentAnswers {
            budget: Arc::clone(self),
            counted: Mutex::default(),
        })
    }

    fn add(&self, client: Option<IpAddr>, bytes: usize) -> bool {
        let mut waiting = self.waiting();
        let fits = waiting.total == 0 || self.fits(&waiting, client, bytes);
        if fits {
            waiting.total = waiting.total.saturating_add(bytes);
            waiting.change(client, |count| count.saturating_add(bytes));
        }
        fits
    }

    fn fits(&self, waiting: &Waiting, client: Option<IpAddr>, bytes: usize) -> bool {
        let total = waiting.total.saturating_add(bytes);
        let (has_some, has_too_many) = match client {
            None => (
                waiting.of_unknown > 0,
                waiting.of_unknown.saturating_add(bytes) > self.per_network,
            ),
            Some(address) => {
                let count = |prefix| waiting.by_prefix.get(&prefix).copied().unwrap_or_default();
                let most = |prefix: Prefix| {
                    let factor = usize::try_from(prefix.factor()).unwrap_or(usize::MAX);
                    self.per_network.saturating_mul(factor)
                };
                let is_full = |prefix| count(prefix).saturating_add(bytes) > most(prefix);
                (
                    Prefix::of(address)
                        .next()
                        .is_some_and(|narrowest| count(narrowest) > 0),
                    Prefix::of(address).any(is_full),
                )
            }
        };
        let most = if has_some {
            self.total - self.total / RESERVE
        } else {
            self.total
        };
        !has_too_many && total <= most
    }

    fn remove(&self, client: Option<IpAddr>, bytes: usize) {
        let mut waiting = self.waiting();
        waiting.total = waiting.total.saturating_sub(bytes);
        waiting.change(client, |count| count.saturating_sub(bytes));
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Changes every count that the client is part of.
    fn change(&mut self, client: Option<IpAddr>, change: impl Fn(usize) -> usize) {
        let Some(address) = client else {
            self.of_unknown = change(self.of_unknown);
            return;
        };
        for prefix in Prefix::of(address) {
            let count = self.by_prefix.entry(prefix).or_default();
            *count = change(*count);
            if *count == 0 {
                self.by_prefix.remove(&prefix);
            }
        }
    }
}

impl UnsentAnswers {
    /// Whether there is room for a response of this many bytes to this client. If so, they count until they are taken.
    pub fn admit(&self, client: Option<IpAddr>, bytes: usize) -> bool {
        if bytes <= SMALL {
            return true;
        }
        let mut counted = self.counted();
        if counted.bytes == 0 {
            counted.client = client;
        }
        let fits = self.budget.add(counted.client, bytes);
        if fits {
            counted.bytes = counted.bytes.saturating_add(bytes);
        }
        fits
    }

    /// Subtracts bytes that the client has taken.
    pub(super) fn taken(&self, bytes: usize) {
        let mut counted = self.counted();
        let taken = counted.bytes.min(bytes);
        if taken > 0 {
            counted.bytes -= taken;
            self.budget.remove(counted.client, taken);
        }
    }

    /// Nothing is unsent any more.
    pub(super) fn all_taken(&self) {
        self.taken(usize::MAX);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
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
        Arc::new(AnswerBudget::new(2 * LARGE, 12 * LARGE))
    }

    fn client(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn networks_have_a_budget_each_and_larger_ones_a_multiple_of_it() {
        let budget = budget();
        let connections = [(); 2].map(|()| budget.connection());
        let [first, second] = &connections;
        let (one, mapped) = (client("192.0.2.1"), client("::ffff:192.0.2.1"));
        assert!(first.admit(one, LARGE) && second.admit(mapped, LARGE) && !second.admit(one, LARGE));
        // Small ones always pass.
        assert!(second.admit(one, SMALL));
        drop(connections);
        let mut connections = Vec::new();
        for number in 0..20 {
            let one = budget.connection();
            let address = format!("2001:db8::{number:x}:0:0:0:1");
            connections.extend(one.admit(client(&address), LARGE).then_some(one));
        }
        assert_eq!(
            connections.len(),
            8,
            "four times as many as one network, of a /56"
        );
    }

    #[test]
    fn clients_who_leave_nothing_waiting_find_room_while_others_fill_theirs() {
        let budget = budget();
        let mut connections = Vec::new();
        for number in 0..10 {
            let one = budget.connection();
            let other = client(&format!("198.51.{number}.1"));
            let fits = one.admit(other, LARGE) && one.admit(other, LARGE);
            assert_eq!(fits, number < 4, "{number}");
            connections.push(one);
        }
        assert!(
            !budget.connection().admit(client("203.0.113.1"), LARGE),
            "all is full"
        );
        connections.swap_remove(7);
        assert!(budget.connection().admit(client("203.0.113.1"), LARGE));
    }

    #[test]
    fn clients_behind_a_proxy_are_counted_by_their_own_address_and_unknown_ones_together() {
        let budget = budget();
        let [first, second] = [(); 2].map(|()| budget.connection());
        assert!(first.admit(client("192.0.2.1"), 2 * LARGE));
        assert!(!second.admit(client("192.0.2.1"), LARGE) && second.admit(client("203.0.113.1"), LARGE));
        first.all_taken();
        assert!(first.admit(None, 2 * LARGE) && !budget.connection().admit(None, LARGE));
    }

    #[test]
    fn what_is_taken_or_dropped_counts_no_more() {
        let budget = budget();
        let one = client("192.0.2.1");
        let [first, second] = [(); 2].map(|()| budget.connection());
        assert!(first.admit(one, 2 * LARGE) && !second.admit(one, LARGE));
        first.taken(LARGE - 1);
        assert!(!second.admit(one, LARGE));
        first.taken(1);
        assert!(second.admit(one, LARGE));
        first.all_taken();
        first.taken(5);
        assert!(first.admit(one, LARGE));
        drop((first, second));
        let waiting = budget.waiting();
        assert_eq!((waiting.total, waiting.by_prefix.len()), (0, 0));
    }

    #[test]
    fn one_answer_may_always_wait() {
        let budget = budget();
        let one = budget.connection();
        assert!(one.admit(client("192.0.2.1"), 20 * LARGE) && !one.admit(client("192.0.2.1"), LARGE));
    }
}
