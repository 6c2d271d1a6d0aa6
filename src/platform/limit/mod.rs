//! How much of something there may be: for each network in a time, and for each key at once. In memory, so each server
//! counts for itself; what it takes has a bound, whoever calls and from however many addresses.

mod bucket_table;
mod buckets;
mod in_flight;
mod network;
mod network_buckets;
mod pace;
mod prefix;
#[cfg(test)]
pub mod stopped;
mod throttle;

pub use buckets::Buckets;
pub use in_flight::{InFlight, Permit, Turn};
pub use network::Network;
pub use network_buckets::NetworkBuckets;
pub use pace::Rate;
pub use prefix::Prefix;
pub use throttle::Throttle;
