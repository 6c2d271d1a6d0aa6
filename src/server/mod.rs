//! Assembly: knows every room and holds no rule.

pub mod graphql;
pub mod schema;
pub mod wiring;
