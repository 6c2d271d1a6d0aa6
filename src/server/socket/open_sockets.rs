//! Counts the open sockets: in all, per network and per account.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::UserId;

use crate::platform::{config::Config, counter::Gauge, limit::Prefix};

/// Sockets of one account.
const MAX_PER_USER: usize = 50;

/// One socket in this many may still wait for its `connection_init`.
const WAITING_SHARE: usize = 4;

/// Sockets of one network that wait for their `connection_init`.
const MAX_WAITING_PER_NETWORK: usize = 20;

/// One network of any size may have one socket in this many.
const NETWORK_SHARE: usize = 2;

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
    /// Those that wait for their `connection_init`.
    waiting: usize,
    waiting_by_prefix: HashMap<Option<Prefix>, usize>,
    by_user: HashMap<UserId, usize>,
}

/// One counted socket, until it is dropped.
#[derive(Debug)]
pub(super) struct SocketPermit {
    open: Arc<OpenSockets>,
    address: Option<IpAddr>,
    user: Option<UserId>,
    is_waiting: bool,
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
            let has = |counts: &HashMap<_, usize>, most: usize| {
                counts.get(&prefix).copied().unwrap_or_default()
                    >= most.saturating_mul(factor).min(self.share())
            };
            has(&counts.by_prefix, self.max_per_network)
                || has(&counts.waiting_by_prefix, MAX_WAITING_PER_NETWORK)
        });
        if is_full || counts.all >= self.max || counts.waiting >= self.max_waiting() {
            return None;
        }
        counts.all += 1;
        counts.waiting += 1;
        for prefix in prefixes(address) {
            *counts.by_prefix.entry(prefix).or_default() += 1;
            *counts.waiting_by_prefix.entry(prefix).or_default() += 1;
        }
        drop(counts);
        self.gauge.inc();
        Some(SocketPermit {
            open: Arc::clone(self),
            address,
            user: None,
            is_waiting: true,
        })
    }

    /// How many sockets one network of any size may have.
    fn share(&self) -> usize {
        (self.max / NETWORK_SHARE).max(1)
    }

    fn max_waiting(&self) -> usize {
        (self.max / WAITING_SHARE).max(1)
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
        forget_waiting(&mut counts, self.address);
        drop(counts);
        (self.user, self.is_waiting) = (Some(user), false);
        true
    }

    /// How long the socket may wait for its `connection_init`: a part of `usual` while many wait.
    pub(super) fn init_timeout(&self, usual: Duration) -> Duration {
        let is_crowded = self.open.counts().waiting > self.open.max_waiting() / 2;
        if is_crowded { usual / 4 } else { usual }
    }
}

fn forget_waiting(counts: &mut Counts, address: Option<IpAddr>) {
    counts.waiting -= 1;
    for prefix in prefixes(address) {
        release(&mut counts.waiting_by_prefix, &prefix);
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
        if self.is_waiting {
            forget_waiting(&mut counts, self.address);
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

    /// A socket of an account, which waits no more.
    fn accepted(open: &Arc<OpenSockets>, from: Option<IpAddr>, user: u128) -> Option<SocketPermit> {
        let mut permit = open.admit(from)?;
        assert!(permit.count_for_account(UserId(uuid::Uuid::from_u128(user))));
        Some(permit)
    }

    #[test]
    fn sockets_are_counted_in_all_and_by_network_and_given_back() {
        let open = open(4, 4);
        let (one, other) = (Some(address("192.0.2.1")), Some(address("198.51.100.1")));
        let mapped = Some(address("::ffff:192.0.2.1"));
        let a = accepted(&open, one, 1).unwrap();
        let _b = accepted(&open, mapped, 1).unwrap();
        assert!(
            open.admit(one).is_none(),
            "its network has half of its connections"
        );
        let _c = accepted(&open, None, 1).unwrap();
        let d = accepted(&open, None, 1).unwrap();
        assert!(open.admit(other).is_none(), "there are four");
        drop((a, d));
        assert_eq!(open.gauge.get(), 2);
        let _e = accepted(&open, one, 1).unwrap();
        let _f = accepted(&open, None, 1).unwrap();
        assert!(open.admit(None).is_none());
    }

    #[test]
    fn sockets_are_counted_by_account() {
        let open = open(1_000, 1_000);
        let mut permits: Vec<_> = (0..MAX_PER_USER)
            .map(|_| accepted(&open, None, 1).unwrap())
            .collect();
        let mut one_more = open.admit(None).unwrap();
        assert!(!one_more.count_for_account(UserId(uuid::Uuid::from_u128(1))));
        assert!(one_more.count_for_account(UserId(uuid::Uuid::from_u128(2))));
        permits.push(one_more);
        drop(permits);
        let counts = open.counts();
        assert!(counts.all == 0 && counts.waiting == 0 && counts.by_user.is_empty());
        assert!(counts.by_prefix.is_empty() && counts.waiting_by_prefix.is_empty());
    }

    #[test]
    fn those_who_have_not_said_who_they_are_have_a_share_of_their_own() {
        let open = open(1_000, 1_000);
        let mut silent = Vec::new();
        for number in 0..50 {
            let from = Some(address(&format!("192.0.{number}.1")));
            silent.extend((0..50).map_while(|_| open.admit(from)));
            assert!(silent.len() <= 20 * (number + 1), "twenty of one network");
        }
        assert_eq!(silent.len(), 250, "a quarter");
        let usual = Duration::from_secs(10);
        assert!(silent.first().unwrap().init_timeout(usual) < usual);
        assert!(open.admit(None).is_none());
        assert!(silent.pop().unwrap().count_for_account(UserId(uuid::Uuid::nil())));
        assert!(open.admit(None).is_some());
    }

    #[test]
    fn no_network_of_any_size_has_more_than_half() {
        let open = open(1_000, 1_000);
        let all = (0..4_000_u128).filter_map(|number| {
            let from = Some(address(&format!("2001:db8:{number:x}::1")));
            accepted(&open, from, number)
        });
        assert_eq!(all.collect::<Vec<_>>().len(), 500);
    }
}
