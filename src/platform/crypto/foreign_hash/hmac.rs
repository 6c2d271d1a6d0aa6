//! HMAC-SHA256 (RFC 2104) of a password: what small applications make with libsodium, under one key for all users.
//!
//! Two users with the same password have the same digest, and a graphics card tries billions in a second. So it is always
//! wrapped. The key then is stored next to the wrapped hash, where it is worth no more than a salt.

use std::fmt;

use aws_lc_rs::{
    digest::{self, SHA256},
    hmac::{HMAC_SHA256, Key, sign},
};
use secrecy::{ExposeSecret as _, SecretSlice};
use zeroize::Zeroizing;

use super::{
    ForeignHashProblem as Problem,
    notation::{read_base64, to_base64},
};

pub(super) const FORM: &str = "hmac-sha256";

/// Bytes of the digest.
pub(super) const DIGEST_LEN: usize = 32;

/// Maximum length of a key that can be given.
const MAX_KEY: usize = 1_024;

/// HMAC replaces a longer key by its hash.
const BLOCK_LEN: usize = 64;

/// The key.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct HmacKey(Zeroizing<Vec<u8>>);

impl HmacKey {
    /// Fails if the key is empty or too long.
    pub(super) fn new(key: &SecretSlice<u8>) -> Result<Self, Problem> {
        let key = key.expose_secret();
        match key.len() {
            1..=BLOCK_LEN => Ok(Self(key.to_vec().into())),
            65..=MAX_KEY => Ok(Self(digest::digest(&SHA256, key).as_ref().to_vec().into())),
            _ => Err(Problem::HmacKeyLength),
        }
    }

    /// Reads a key that was stored.
    pub(super) fn of_text(text: &str) -> Result<Self, Problem> {
        let key = read_base64(text).ok_or(Problem::Malformed(FORM))?;
        Self::new(&key.into()).and_then(|key| {
            // A longer key has been replaced when it was written.
            if key.to_text() == text {
                Ok(key)
            } else {
                Err(Problem::Malformed(FORM))
            }
        })
    }

    pub(super) fn to_text(&self) -> String {
        to_base64(&self.0)
    }

    pub(super) fn digest(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        sign(&Key::new(HMAC_SHA256, &self.0), password)
            .as_ref()
            .to_vec()
            .into()
    }
}

/// Hides the key.
impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(..)")
    }
}
