//! Master keys: each is derived from one server secret, and the keys of each purpose from it.

use std::fmt;

use aws_lc_rs::hkdf;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::platform::failure::Fault;

/// Purpose of a derived key. Keys of different purposes are independent (RFC 5869, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Sealing columns of the database.
    Sealing,
    /// Authenticating refresh tokens.
    Refresh,
    /// Authenticating the forms of pages.
    Form,
    /// Pseudonyms of accounts and networks in the counts of attempts.
    Attempt,
    /// Id of the secret in sealed values; reveals nothing about it.
    SecretId,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Sealing => b"portcullis v1 sealing",
            Self::Form => b"portcullis v1 form",
            Self::Refresh => b"portcullis v1 refresh",
            Self::Attempt => b"portcullis v1 attempt",
            Self::SecretId => b"portcullis v1 secret id",
        }
    }
}

/// The key derived from one server secret.
pub struct MasterKey {
    /// Id of the secret in sealed values.
    id: String,
    root: hkdf::Prk,
}

impl MasterKey {
    /// The master key of a secret, whose text is the key material.
    pub fn new(secret: &SecretString) -> Result<Self, Fault> {
        let root =
            hkdf::Salt::new(hkdf::HKDF_SHA256, b"portcullis").extract(secret.expose_secret().as_bytes());
        let mut key = Self {
            id: String::new(),
            root,
        };
        let id: Zeroizing<[u8; 32]> = key.derive(Purpose::SecretId)?;
        key.id = URL_SAFE_NO_PAD.encode(id.get(..9).unwrap_or_default());
        Ok(key)
    }

    /// Identifies the secret without revealing it: 12 characters of base64url.
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

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
