//! Portcullis: accounts and authentication behind one GraphQL schema.

pub mod cli;
pub mod platform;
