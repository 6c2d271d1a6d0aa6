//! What the token of an invitation carries.

use serde::{Deserialize, Serialize};

/// What the token of an invitation carries, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Carried {
    /// The roles that count once it is accepted.
    pub(super) roles: Vec<String>,
    /// The id of the sender, who must still be able to give the roles then. None on the command line.
    pub(super) sender: Option<String>,
}
