//! Signing keys: what access tokens are signed with, and what other services verify them with.
//!
//! At the first start a key is made and kept in the database, its private half sealed under the server secret; every
//! instance on the same database then signs with the same key. With an HMAC algorithm there is no such key: the
//! secret that the configuration gives is shared with every service that verifies, and nothing is published.
//!
//! Key ids are RFC 7638 thumbprints; public keys are published as a JWK set (RFC 7517, section 5).

mod inspect;
mod load;
mod store;

pub mod http;

pub use inspect::{KeysInspected, has_sealed, inspect};
pub use load::{KeyError, load};
