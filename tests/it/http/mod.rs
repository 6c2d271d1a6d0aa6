//! The HTTP around the schema: addresses, methods, headers.

mod addresses;
mod cookies;
mod cors;
mod csrf;
mod faults;
mod graphiql;
mod headers;
mod health;
mod hosts;
mod introspection;
mod log;
mod metrics;
mod proxies;
mod trusted;
mod wire;
