//! Limits guesses at the secrets of other programs: services, proxies, federation routers.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::platform::{
    http::client::Client,
    limit::{Network, NetworkBuckets},
};

/// Maximum number of networks that are known. There are few such programs.
const MAX_KNOWN: usize = 1024;

/// Wrong secrets per network. Right ones are not counted: such a program sends many requests.
#[derive(Debug)]
pub struct SecretAttempts {
    wrong: Option<NetworkBuckets>,
    /// Networks from which the right secret came. Wrong ones from there do not delay it: a program that still has a
    /// former secret must not lock out the others beside it.
    known: Mutex<HashSet<[u8; Network::BYTES]>>,
}

impl SecretAttempts {
    /// No network is known yet. Without buckets nothing is limited.
    pub fn new(wrong: Option<NetworkBuckets>) -> Self {
        Self {
            wrong,
            known: Mutex::default(),
        }
    }

    /// Counts a secret that this client sent, if it is not right. Fails with the wait until its network may try again;
    /// then a right one must wait too, unless one came from this network before.
    ///
    /// A right one makes the network known, unless it is not that of the program (`is_own_network`).
    pub fn count(&self, client: &Client, is_right: bool, is_own_network: bool) -> Result<(), Duration> {
        // Like all limits per network: this machine is none.
        let Some(wrong) = self.wrong.as_ref().filter(|_| !client.is_local) else {
            return Ok(());
        };
        let network = client.address.map(|address| Network::of(address).bytes());
        if is_right && network.is_some_and(|network| self.is_known(network)) {
            return Ok(());
        }
        wrong.take(client.address)?;
        if is_right {
            wrong.give_back(client.address, 1);
            if let Some(network) = network.filter(|_| is_own_network) {
                self.know(network);
            }
        }
        Ok(())
    }

    /// Evicts the buckets that are full again.
    pub fn tidy(&self) {
        if let Some(wrong) = &self.wrong {
            wrong.tidy();
        }
    }

    fn is_known(&self, network: [u8; Network::BYTES]) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&network)
    }

    fn know(&self, network: [u8; Network::BYTES]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN
            && let Some(any) = known.iter().next().copied()
        {
            known.remove(&any);
        }
        known.insert(network);
    }
}
