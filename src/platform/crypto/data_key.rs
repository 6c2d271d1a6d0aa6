//! Random keys for what the server stores: each has an id, which is sealed with the content.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::platform::rng::Rng;

/// Length of a key, in bytes.
pub const KEY_BYTES: usize = 32;

/// A key with its id.
pub struct DataKey {
    id: String,
    key: Zeroizing<[u8; KEY_BYTES]>,
}

impl DataKey {
    /// A stored or derived key.
    pub fn new(id: String, key: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self { id, key }
    }

    /// A new random key with a random id.
    pub fn generate(rng: &dyn Rng) -> Self {
        Self {
            id: URL_SAFE_NO_PAD.encode(rng.bytes::<9>()),
            key: Zeroizing::new(rng.bytes()),
        }
    }

    /// Identifies the key without revealing it: 12 characters of base64url.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself.
    pub fn bytes(&self) -> &[u8] {
        self.key.as_slice()
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
