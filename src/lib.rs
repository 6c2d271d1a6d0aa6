//! Portcullis: accounts and authentication behind one GraphQL schema.

pub mod cli;
pub mod features;
pub mod platform;
pub mod server;
