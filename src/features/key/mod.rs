//! Signing keys: they sign access tokens, and other services verify with their public halves.
//!
//! The first start makes a key and stores it in the database, the private half sealed under the server secret; every
//! instance on the same database signs with it. After some time another key follows: it is published long before it
//! signs, and the former one verifies until its last token has run out. Reasons: `docs/decisions/0051-key-rotation.md`.
//!
//! With an HMAC algorithm there is no such key: the configured secret is shared with every service that verifies, and
//! nothing is published.
//!
//! Key ids are RFC 7638 thumbprints; public keys are published as a JWK set (RFC 7517, section 5).

mod inspect;
mod list;
mod load;
mod new_key;
mod purge;
mod refresh;
mod replace;
mod reseal;
mod retire;
mod rotate;
mod schedule;
mod store;

pub mod http;

pub use inspect::{KeysInspected, inspect};
pub use list::{ListedKey, list};
pub use load::load;
pub use purge::purge;
pub use refresh::refresh;
pub use replace::OnlyKey;
pub use reseal::reseal;
pub use retire::{NotRetired, retire};
pub use rotate::{NotRotated, Rotated, Start, rotate, rotate_due};
pub use schedule::KeyState;
