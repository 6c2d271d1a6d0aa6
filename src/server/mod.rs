//! Assembly: knows every feature and holds no rule.

pub mod envelope;
pub mod federation;
pub mod graphiql;
pub mod graphql;
pub mod graphql_endpoint;
pub mod health;
pub mod listen;
mod logged_path;
pub mod metrics;
pub mod post;
pub mod router;
pub mod schema;
pub mod session_watch;
pub mod signals;
pub mod socket;
mod unread_answers;
pub mod upkeep;
pub mod wiring;
