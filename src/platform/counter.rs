//! The type of the counters in the server's metrics.

pub use prometheus_client::metrics::counter::Counter;
