//! How many connections there are, and from where.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use ipnet::IpNet;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Counts connections.
#[derive(Debug)]
pub(super) struct Gate {
    free: Arc<Semaphore>,
    per_address: usize,
    /// Whose connections are not counted: they carry those of many clients.
    proxies: Vec<IpNet>,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// A place for one connection, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    gate: Arc<Gate>,
    /// What it is counted under; none for proxies.
    address: Option<IpAddr>,
    _permit: OwnedSemaphorePermit,
}

impl Gate {
    pub(super) fn new(connections: usize, per_address: usize, proxies: Vec<IpNet>) -> Self {
        Self {
            free: Arc::new(Semaphore::new(connections.min(Semaphore::MAX_PERMITS))),
            per_address,
            proxies,
            by_address: Mutex::default(),
        }
    }

    /// Waits for one of the places that all addresses share.
    pub(super) async fn wait(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// A place for a connection from `address`; nothing when the address has all it may have.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr, permit: OwnedSemaphorePermit) -> Option<Place> {
        let address = address.to_canonical();
        let is_proxy = self.proxies.iter().any(|proxies| proxies.contains(&address));
        let address = (!is_proxy).then(|| network(address));
        if let Some(address) = address {
            let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            let count = by_address.entry(address).or_default();
            if *count >= self.per_address {
                return None;
            }
            *count += 1;
        }
        Some(Place {
            gate: Arc::clone(self),
            address,
            _permit: permit,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut by_address = self
            .gate
            .by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&address);
            }
        }
    }
}

/// What counts as one address: of IPv6 a whole /64, which is what one customer usually gets.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn places_are_counted_by_network_and_given_back() {
        let gate = Arc::new(Gate::new(10, 2, vec!["2001:db8:9::7/128".parse().unwrap()]));
        let enter = async |address: &str| gate.enter(address.parse().unwrap(), gate.wait().await.unwrap());
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
}
