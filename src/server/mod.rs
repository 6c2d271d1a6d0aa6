//! Assembly: knows every room and holds no rule.

pub mod graphql;
pub mod graphql_endpoint;
pub mod listen;
pub mod schema;
pub mod signals;
pub mod wiring;
