//! How much of something there may be: for each network in a time, and for each key at once. In memory, so each server
//! counts for itself; what it takes has a bound, whoever calls and from however many addresses.

mod account_writes;
mod bucket_table;
mod buckets;
mod network;
mod network_buckets;
mod pace;
mod prefix;
mod rarely;
#[cfg(test)]
mod stopped;
mod under_way;

pub use account_writes::AccountWrites;
pub use buckets::Buckets;
pub use network::Network;
pub use network_buckets::NetworkBuckets;
pub use pace::Rate;
pub use prefix::Prefix;
pub use rarely::Rarely;
pub use under_way::{Place, Turn, UnderWay};

use crate::platform::crypto::TagKeys;

/// The limits of one server.
#[derive(Debug)]
pub struct Limits {
    /// Turns accounts and networks into keys that tell nothing about them.
    pub keys: TagKeys,
    /// Passwords tried, by network; none where that is not limited.
    pub logins: Option<NetworkBuckets>,
    /// Sign-ups, by network; none where that is not limited.
    pub signups: Option<NetworkBuckets>,
    /// What accounts have written, by account.
    pub writes: AccountWrites,
    /// Passwords that are being looked at, by account.
    pub under_way: UnderWay,
    /// Peers that are written down for speaking like proxies.
    pub forwarders: Rarely,
    /// Warnings of cookies whose names resemble ours.
    pub look_alikes: Rarely,
    /// Warnings of clients that their trusted proxy does not name.
    pub unknown_clients: Rarely,
}
