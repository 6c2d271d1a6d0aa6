//! Limits the number of connections, in total and per network.

use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ipnet::IpNet;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::exchange::Phase;
use crate::platform::limit::Prefix;

/// One slot in this many is reserved for networks that have few connections.
const RESERVE: usize = 10;

/// A network may use one reserved slot in this many, and a larger network a multiple of it. No multiple is as large as
/// this number, so with a few hundred slots no network of any size gets all the reserved ones.
const FEW: usize = 65;

/// One slot in this many is freed at a time: choosing the connections to close takes a millisecond or two.
const BATCH: usize = 64;

/// How long to wait before asking more connections to make room, while no slot is free.
const EVICT_EVERY: Duration = Duration::from_millis(50);

/// Counts connections.
#[derive(Debug)]
pub(super) struct Gate {
    free: Arc<Semaphore>,
    connections: usize,
    per_address: usize,
    /// Peers whose connections are not counted: each carries many clients.
    proxies: Vec<IpNet>,
    open: Mutex<Open>,
}

/// The connections that are counted.
#[derive(Debug, Default)]
struct Open {
    by_prefix: HashMap<Prefix, usize>,
    by_number: HashMap<u64, Counted>,
    next_number: u64,
    /// How many may still enter before more connections must make room.
    room_made: usize,
}

#[derive(Debug)]
struct Counted {
    address: IpAddr,
    phase: Arc<Phase>,
}

/// A slot for one connection, released on drop.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    gate: Arc<Gate>,
    /// Its number among the counted connections; none for proxies.
    number: Option<u64>,
    _permit: OwnedSemaphorePermit,
}

impl Gate {
    pub(super) fn new(connections: usize, per_address: usize, proxies: Vec<IpNet>) -> Self {
        let connections = connections.min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(connections)),
            connections,
            per_address,
            proxies,
            open: Mutex::default(),
        }
    }

    /// Waits for one of the slots that all addresses share. Meanwhile idle connections are asked to make room.
    pub(super) async fn wait(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            let permit = Arc::clone(&self.free).acquire_owned();
            if let Ok(permit) = timeout(EVICT_EVERY, permit).await {
                return permit.ok();
            }
            self.open().evict(self.batch());
        }
    }

    /// Waits for a slot without asking others to make room: one waiting caller does that for all.
    pub(super) async fn wait_behind(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// A slot for a connection from `address`; none if its network, or a larger one around it, has its full share. The
    /// share is smaller while slots are short.
    pub(super) fn enter(
        self: &Arc<Self>,
        address: IpAddr,
        permit: OwnedSemaphorePermit,
        phase: &Arc<Phase>,
    ) -> Option<ConnectionSlot> {
        let address = address.to_canonical();
        let mut open = self.open();
        let free = self.free.available_permits();
        let reserve = self.connections / RESERVE;
        let mut number = None;
        if !self.proxies.iter().any(|proxies| proxies.contains(&address)) {
            if open.has(address, self.per_address)
                || free < reserve && open.has(address, (reserve / FEW).max(1))
            {
                return None;
            }
            number = Some(open.count(address, Arc::clone(phase)));
        }
        // Only for connections that enter: a network that has its full share must not make others leave.
        if free < 2 * reserve {
            open.make_room(self.batch());
        }
        drop(open);
        Some(ConnectionSlot {
            gate: Arc::clone(self),
            number,
            _permit: permit,
        })
    }

    fn batch(&self) -> usize {
        (self.connections / BATCH).max(1)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Whether a network around `address` has this many connections, or for larger networks a multiple of it.
    fn has(&self, address: IpAddr, connections: usize) -> bool {
        Prefix::of(address).any(|prefix| {
            let count = self.by_prefix.get(&prefix).copied().unwrap_or_default();
            count >= connections.saturating_mul(factor(prefix))
        })
    }

    /// Counts a connection. Returns the number to remove it by.
    fn count(&mut self, address: IpAddr, phase: Arc<Phase>) -> u64 {
        for prefix in Prefix::of(address) {
            *self.by_prefix.entry(prefix).or_default() += 1;
        }
        let number = self.next_number;
        self.next_number += 1;
        self.by_number.insert(number, Counted { address, phase });
        number
    }

    fn forget(&mut self, number: u64) {
        let Some(counted) = self.by_number.remove(&number) else {
            return;
        };
        for prefix in Prefix::of(counted.address) {
            if let Some(count) = self.by_prefix.get_mut(&prefix) {
                *count -= 1;
                if *count == 0 {
                    self.by_prefix.remove(&prefix);
                }
            }
        }
    }

    /// Makes one connection leave for each one that enters, a batch at a time.
    fn make_room(&mut self, batch: usize) {
        if self.room_made > 0 {
            self.room_made -= 1;
            return;
        }
        self.evict(batch);
        self.room_made = batch - 1;
    }

    /// Asks up to `most` idle connections to end, those of the fullest networks first.
    fn evict(&self, most: usize) {
        let mut idle: Vec<_> = self
            .by_number
            .values()
            .filter(|it| !it.phase.is_inside_exchange() && !it.phase.is_evicted())
            .map(|it| (Reverse(self.fullness(it.address)), &it.phase))
            .collect();
        if most < idle.len() {
            idle.select_nth_unstable_by_key(most, |(fullness, _)| *fullness);
        }
        for (_, phase) in idle.into_iter().take(most) {
            phase.evict();
        }
    }

    /// How full the network of an address is for its size: the maximum of all networks around it.
    fn fullness(&self, address: IpAddr) -> usize {
        let fullness = |prefix| {
            let count = self.by_prefix.get(&prefix).copied().unwrap_or_default();
            count.saturating_mul(1 << 10) / factor(prefix)
        };
        Prefix::of(address).map(fullness).max().unwrap_or_default()
    }
}

fn factor(prefix: Prefix) -> usize {
    usize::try_from(prefix.factor()).unwrap_or(usize::MAX)
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.gate.open().forget(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::shutdown::Shutdown, *};

    fn phase() -> Arc<Phase> {
        // Without a sender the phase assumes that the server is stopping, which does not matter here.
        Arc::new(Phase::new(Shutdown::channel().1))
    }

    /// A slot for a connection that does nothing, and the connection.
    async fn enter(gate: &Arc<Gate>, address: &str) -> Option<(ConnectionSlot, Arc<Phase>)> {
        let phase = phase();
        let permit = gate.wait().await.unwrap();
        let place = gate.enter(address.parse().unwrap(), permit, &phase)?;
        Some((place, phase))
    }

    #[tokio::test]
    async fn places_are_counted_by_network_and_given_back() {
        let gate = Arc::new(Gate::new(10, 2, vec!["2001:db8:9::7/128".parse().unwrap()]));
        let enter = async |address: &str| enter(&gate, address).await;
        let first = enter("2001:db8::1").await.unwrap();
        let _second = enter("2001:db8::2:1").await.unwrap();
        assert!(enter("2001:db8::3").await.is_none());
        let _other = enter("2001:db8:0:1::1").await.unwrap();
        let _v4 = enter("192.0.2.1").await.unwrap();
        let _mapped = enter("::ffff:192.0.2.1").await.unwrap();
        assert!(enter("192.0.2.1").await.is_none());
        drop(first);
        let _third = enter("2001:db8::3").await.unwrap();
        assert_eq!(gate.free.available_permits(), 5);
        let _proxies = [
            enter("2001:db8:9::7").await.unwrap(),
            enter("2001:db8:9::7").await.unwrap(),
            enter("2001:db8:9::7").await.unwrap(),
        ];
        let _neighbour = enter("2001:db8:9::8").await.unwrap();
        assert_eq!(gate.free.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_host_with_a_large_network_has_the_places_of_that_one() {
        let gate = Arc::new(Gate::new(10_000, 20, Vec::new()));
        let mut places = Vec::new();
        for number in 0..50 {
            for host in 0..20 {
                let address = format!("2001:db8:0:{number:x}00::{host}");
                places.extend(enter(&gate, &address).await);
            }
        }
        assert_eq!(places.len(), 160);
        drop(places);
        assert!(gate.open().by_prefix.is_empty() && gate.open().by_number.is_empty());
    }

    #[tokio::test]
    async fn when_places_get_short_idle_connections_of_the_fullest_network_go_first() {
        let gate = Arc::new(Gate::new(100, 200, Vec::new()));
        let busy = enter(&gate, "198.51.100.1").await.unwrap();
        let exchange = busy.1.exchange();
        let few = [
            enter(&gate, "203.0.113.1").await.unwrap(),
            enter(&gate, "203.0.113.1").await.unwrap(),
        ];
        let mut many = Vec::new();
        while gate.free.available_permits() > 0 {
            match enter(&gate, "198.51.100.1").await {
                Some(entered) => many.push(entered),
                None => break,
            }
        }
        assert_eq!(gate.free.available_permits(), 10, "a tenth is reserved");
        let evicted = many.iter().filter(|(_, phase)| phase.is_evicted()).count();
        assert_eq!(
            evicted, 10,
            "one for each that entered since there were less than two tenths"
        );
        assert!(!few.iter().any(|(_, phase)| phase.is_evicted()));
        assert!(!busy.1.is_evicted(), "it is not idle");
        drop(exchange);
        // The reserved slots are for networks that have few connections, and for proxies.
        assert!(enter(&gate, "198.51.100.1").await.is_none());
        assert!(enter(&gate, "203.0.113.1").await.is_none());
        let mut newcomers = Vec::new();
        for number in 0..10 {
            newcomers.push(enter(&gate, &format!("192.0.{number}.1")).await.unwrap());
        }
        assert_eq!(gate.free.available_permits(), 0);
    }

    #[tokio::test]
    async fn no_network_of_any_size_has_all_places_that_are_kept() {
        for places in [924, 10_000] {
            let gate = Arc::new(Gate::new(places, 200, Vec::new()));
            let mut kept = Vec::new();
            // Busy ones, so that none of them makes room. Each comes from a new network of one provider.
            for number in 0..2 * places {
                let address = format!("2001:db8:{number:x}::1");
                if let Some((place, phase)) = enter(&gate, &address).await {
                    let exchange = phase.exchange();
                    kept.push((place, exchange));
                }
            }
            assert!(enter(&gate, "192.0.2.1").await.is_some(), "{places}");
        }
    }
}
