//! The ground: what would be true in a shop server too. Knows no feature.

pub mod app;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod failure;
pub mod graphql;
pub mod http;
pub mod id;
pub mod identity;
pub mod keyset;
pub mod limit;
pub mod metrics;
pub mod op_context;
pub mod rng;
pub mod telemetry;
pub mod unicode;
