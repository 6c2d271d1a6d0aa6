//! The server secret: the one input from which the keys of each purpose are derived.

use std::fmt;

use aws_lc_rs::hkdf;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretSlice};
use zeroize::Zeroizing;

use crate::platform::failure::Fault;

/// What a derived key is for. A key of one purpose is of no use for another (RFC 5869, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Sealing columns of the database.
    Sealing,
    /// Naming the secret in what it sealed; tells nothing about it.
    SecretId,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Sealing => b"portcullis v1 sealing",
            Self::SecretId => b"portcullis v1 secret id",
        }
    }
}

/// One server secret.
pub struct ServerSecret {
    /// Names the secret in what it sealed.
    id: String,
    root: hkdf::Prk,
}

impl ServerSecret {
    /// The secret made of these bytes.
    pub fn new(bytes: &SecretSlice<u8>) -> Result<Self, Fault> {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portcullis").extract(bytes.expose_secret());
        let mut secret = Self {
            id: String::new(),
            root,
        };
        let id: Zeroizing<[u8; 32]> = secret.derive(Purpose::SecretId)?;
        secret.id = URL_SAFE_NO_PAD.encode(id.get(..9).unwrap_or_default());
        Ok(secret)
    }

    /// Names the secret without telling it: 12 characters of base64url.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key of a purpose, by HKDF-SHA-256 (RFC 5869).
    pub fn derive(&self, purpose: Purpose) -> Result<Zeroizing<[u8; 32]>, Fault> {
        let mut key = Zeroizing::new([0; 32]);
        self.root
            .expand(&[purpose.label()], hkdf::HKDF_SHA256)
            .and_then(|output| output.fill(key.as_mut_slice()))
            .map_err(|error| Fault::new("derive a key from the server secret", error))?;
        Ok(key)
    }
}

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSecret")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
