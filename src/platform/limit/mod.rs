//! Rate limits per network, and concurrency limits per key. In memory, so each server counts separately; the memory is
//! bounded, from however many addresses requests come.

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
