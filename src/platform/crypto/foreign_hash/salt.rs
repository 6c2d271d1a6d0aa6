//! The salt of a foreign hash.

use std::fmt;

use super::ForeignHashProblem as Problem;

/// Maximum length in bytes. Salts have 8 to 32 bytes as a rule; longer ones would not fit into the column with the rest.
const MAX_LEN: usize = 64;

/// Shorter salts repeat among the accounts of a large installation.
const SHORT_BELOW: usize = 8;

/// 1 to 64 bytes.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Salt(Vec<u8>);

impl Salt {
    /// Fails if the length is out of range. `form` is named in the error.
    pub(super) fn new(form: &'static str, bytes: Vec<u8>) -> Result<Self, Problem> {
        if bytes.is_empty() || bytes.len() > MAX_LEN {
            return Err(Problem::SaltLength(form));
        }
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is too short to be the only salt.
    pub(super) fn is_short(&self) -> bool {
        self.0.len() < SHORT_BELOW
    }
}

/// Hides the salt.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(..)")
    }
}
