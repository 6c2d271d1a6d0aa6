//! The HTTP around the schema: addresses, methods, headers.

mod addresses;
mod cors;
mod graphiql;
mod headers;
mod health;
mod introspection;
mod proxies;
mod wire;
