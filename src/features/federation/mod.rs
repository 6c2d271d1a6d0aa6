//! Federation: the subgraph with the names of users, for a router that has the operator's secret.
//!
//! It is a schema of its own, so that nothing of it enters the public one, and nothing of the public one can be asked
//! for here: docs/decisions/0055-federation.md.

mod graphql;
pub mod http;

pub use graphql::{FederationQuery, SDL};
