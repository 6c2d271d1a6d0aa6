//! The parts of a running server that use cases work with.

use std::sync::Arc;

use super::{
    clock::Clock,
    config::Config,
    crypto::{KeyRing, PasswordHasher, TagKeys},
    db::Db,
    identity::Authenticator,
    limit::Limits,
    metrics::Metrics,
    rng::Rng,
};

/// The server's parts, made once at start.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Hashes and verifies passwords.
    pub hasher: PasswordHasher,
    /// Signs and verifies tokens.
    pub keys: KeyRing,
    /// Vouches for refresh tokens.
    pub refresh_keys: TagKeys,
    /// Vouches for the forms of pages.
    pub form_keys: TagKeys,
    /// How much there may be of what costs a hash, and of what strangers can have written down.
    pub limits: Limits,
    /// Finds out who calls.
    pub authenticator: Arc<dyn Authenticator>,
    /// Counts what happens.
    pub metrics: Metrics,
}
