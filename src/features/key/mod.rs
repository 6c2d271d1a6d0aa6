//! Signing keys: they sign access tokens, and other services verify with their public halves.
//!
//! The first start makes a key and stores it in the database, the private half sealed under the server secret; every
//! instance on the same database signs with it. With an HMAC algorithm there is no such key: the configured secret is
//! shared with every service that verifies, and nothing is published.
//!
//! Key ids are RFC 7638 thumbprints; public keys are published as a JWK set (RFC 7517, section 5).

mod inspect;
mod load;
mod store;

pub mod http;

pub use inspect::{KeysInspected, inspect};
pub use load::load;
