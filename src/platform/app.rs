//! The parts of a running server that use cases work with.

use std::sync::Arc;

use super::{clock::Clock, identity::Authenticator, rng::Rng};

/// The server's parts, made once at start.
#[derive(Debug)]
pub struct App {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Finds out who calls.
    pub authenticator: Arc<dyn Authenticator>,
}
