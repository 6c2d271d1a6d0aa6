//! The type of a counter that the server's metrics show.

pub use prometheus_client::metrics::counter::Counter;
