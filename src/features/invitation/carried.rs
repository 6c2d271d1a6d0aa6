//! What the token of an invitation carries.

use serde::{Deserialize, Serialize};

/// What the token of an invitation carries, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Carried {
    /// The roles that count once it is accepted.
    pub(super) roles: Vec<String>,
}
