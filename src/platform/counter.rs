//! The types of the counters in the server's metrics.

pub use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
