//! Portcullis: accounts and authentication behind one GraphQL schema.

pub mod platform;
pub mod server;
