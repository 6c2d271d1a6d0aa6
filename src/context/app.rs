//! The parts of a running server.

use std::sync::Arc;

use super::{CallerCache, Limits, Metrics, access_token::AccessTokens};
use crate::platform::{
    clock::Clock,
    config::Config,
    crypto::{PasswordHasher, TagKeys},
    db::Db,
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
    /// Signs and verifies access tokens.
    pub tokens: AccessTokens,
    /// Authenticates refresh tokens.
    pub refresh_keys: TagKeys,
    /// Authenticates the forms of pages.
    pub form_keys: TagKeys,
    /// Rate limits.
    pub limits: Limits,
    /// Caches callers.
    pub callers: CallerCache,
    /// Counts what happens.
    pub metrics: Metrics,
}
