//! Counts the open sockets: in all, per network and per account.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::UserId;

use crate::platform::{config::Config, counter::Gauge, limit::Prefix};

/// Sockets of one account.
const MAX_PER_USER: usize = 50;

/// The open sockets of this server.
#[derive(Debug)]
pub struct OpenSockets {
    max: usize,
    /// Of one address, or one /64 network of IPv6; larger networks may have a multiple.
    max_per_network: usize,
    counts: Mutex<Counts>,
    gauge: Gauge,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    /// Clients whose address is unknown count as one network.
    by_prefix: HashMap<Option<Prefix>, usize>,
    by_user: HashMap<UserId, usize>,
}

/// One counted socket, until it is dropped.
#[derive(Debug)]
pub(super) struct SocketPermit {
    open: Arc<OpenSockets>,
    address: Option<IpAddr>,
    user: Option<UserId>,
}

impl OpenSockets {
    /// No sockets. `gauge` follows their number.
    pub fn new(config: &Config, gauge: Gauge) -> Self {
        Self {
            max: config.max_sockets,
            // The other half is for requests.
            max_per_network: (config.max_connections_per_address / 2).max(1),
            counts: Mutex::default(),
            gauge,
        }
    }

    /// Whether sockets are switched off.
    pub(super) fn is_off(&self) -> bool {
        self.max == 0
    }

    /// Counts a socket of a client; none if there are too many, in all or of its network.
    pub(super) fn admit(self: &Arc<Self>, address: Option<IpAddr>) -> Option<SocketPermit> {
        let mut counts = self.counts();
        let is_full = prefixes(address).into_iter().any(|prefix| {
            let factor = prefix.map_or(1, |prefix| usize::try_from(prefix.factor()).unwrap_or(usize::MAX));
            let count = counts.by_prefix.get(&prefix).copied().unwrap_or_default();
            count >= self.max_per_network.saturating_mul(factor)
        });
        if is_full || counts.all >= self.max {
            return None;
        }
        counts.all += 1;
        for prefix in prefixes(address) {
            *counts.by_prefix.entry(prefix).or_default() += 1;
        }
        drop(counts);
        self.gauge.inc();
        Some(SocketPermit {
            open: Arc::clone(self),
            address,
            user: None,
        })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The networks around an address.
fn prefixes(address: Option<IpAddr>) -> Vec<Option<Prefix>> {
    match address {
        Some(address) => Prefix::of(address).map(Some).collect(),
        None => vec![None],
    }
}

impl SocketPermit {
    /// Counts the socket for its account. Returns false if the account has too many.
    pub(super) fn count_for_account(&mut self, user: UserId) -> bool {
        let mut counts = self.open.counts();
        let count = counts.by_user.entry(user).or_default();
        if *count >= MAX_PER_USER {
            return false;
        }
        *count += 1;
        drop(counts);
        self.user = Some(user);
        true
    }
}

impl Drop for SocketPermit {
    fn drop(&mut self) {
        let mut counts = self.open.counts();
        counts.all -= 1;
        for prefix in prefixes(self.address) {
            release(&mut counts.by_prefix, &prefix);
        }
        if let Some(user) = self.user {
            release(&mut counts.by_user, &user);
        }
        drop(counts);
        self.open.gauge.dec();
    }
}

fn release<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(max: usize, per_address: usize) -> Arc<OpenSockets> {
        let config = Config {
            max_sockets: max,
            max_connections_per_address: per_address,
            ..Config::default()
        };
        Arc::new(OpenSockets::new(&config, Gauge::default()))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn sockets_are_counted_in_all_and_by_network_and_given_back() {
        let open = open(4, 4);
        let a = open.admit(Some(address("192.0.2.1"))).unwrap();
        let _b = open.admit(Some(address("::ffff:192.0.2.1"))).unwrap();
        assert!(
            open.admit(Some(address("192.0.2.1"))).is_none(),
            "its network has half of its connections"
        );
        let _c = open.admit(None).unwrap();
        let d = open.admit(None).unwrap();
        assert!(
            open.admit(Some(address("198.51.100.1"))).is_none(),
            "there are four"
        );
        drop((a, d));
        assert_eq!(open.gauge.get(), 2);
        let _e = open.admit(Some(address("192.0.2.1"))).unwrap();
        let _f = open.admit(None).unwrap();
        assert!(open.admit(None).is_none());
    }

    #[test]
    fn sockets_are_counted_by_account() {
        let open = open(1_000, 1_000);
        let user = UserId(uuid::Uuid::nil());
        let mut permits: Vec<_> = (0..=MAX_PER_USER).map(|_| open.admit(None).unwrap()).collect();
        let claimed = permits
            .iter_mut()
            .filter_map(|permit| permit.count_for_account(user).then_some(()))
            .count();
        assert_eq!(claimed, MAX_PER_USER);
        drop(permits);
        let counts = open.counts();
        assert!(counts.all == 0 && counts.by_user.is_empty() && counts.by_prefix.is_empty());
    }
}
