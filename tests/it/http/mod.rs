//! The HTTP around the schema: addresses, methods, headers.

mod addresses;
mod cors;
mod faults;
mod graphiql;
mod headers;
mod health;
mod introspection;
mod metrics;
mod proxies;
mod wire;
