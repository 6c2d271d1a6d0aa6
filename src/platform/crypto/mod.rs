//! Cryptography, each library with one home here.

mod jwt;
mod key_ring;
mod seal;
mod server_secret;
mod signing_algorithm;

pub use jwt::{AccessClaims, Expected};
pub use key_ring::{KeyRing, SigningKey};
pub use seal::{NotOpened, Place, Sealer};
pub use server_secret::{Purpose, ServerSecret};
pub use signing_algorithm::SigningAlgorithm;
