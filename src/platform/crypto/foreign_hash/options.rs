//! What reading foreign hashes depends on.

use secrecy::SecretSlice;

use super::{FirebaseParameters, ForeignHashProblem, hmac::HmacKey};
use crate::platform::crypto::hash_cost::HashCost;

/// Limits, and the keys of the other system.
#[derive(Debug, Clone)]
pub struct ForeignHashOptions {
    /// Maximum cost of Argon2.
    pub(super) ceiling: HashCost,
    pub(super) hmac_key: Option<HmacKey>,
    pub(super) firebase: Option<FirebaseParameters>,
}

impl ForeignHashOptions {
    /// Without keys. `cost` is that of new hashes on this server.
    pub fn new(cost: HashCost) -> Self {
        Self {
            ceiling: cost.ceiling(),
            hmac_key: None,
            firebase: None,
        }
    }

    /// Reads 64 hexadecimal digits as HMAC-SHA256 with this key. Fails if the key is empty or has more than 1,024 bytes.
    ///
    /// The key is stored with each wrapped hash: verifying needs it.
    pub fn with_hmac_key(self, key: &SecretSlice<u8>) -> Result<Self, ForeignHashProblem> {
        Ok(Self {
            hmac_key: Some(HmacKey::new(key)?),
            ..self
        })
    }

    /// Reads hashes of this Firebase project. Its signer key is not stored.
    #[must_use]
    pub fn with_firebase(self, parameters: FirebaseParameters) -> Self {
        Self {
            firebase: Some(parameters),
            ..self
        }
    }
}
