//! Assembly: knows every feature, holds no rule.

pub mod graphql_endpoint;
pub mod listen;
pub mod signals;
