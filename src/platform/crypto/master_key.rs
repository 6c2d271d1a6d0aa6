//! The key under which the keys in the database are sealed, derived from a server secret.

use aws_lc_rs::hkdf;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::data_key::{DataKey, KEY_BYTES};
use crate::platform::failure::Fault;

/// Labels of the derived values. Values with different labels are independent (RFC 5869, section 3.2).
const SEALING: &[u8] = b"portcullis v1 sealing";
const SECRET_ID: &[u8] = b"portcullis v1 secret id";

/// The sealing key of a server secret, whose text is the key material, by HKDF-SHA-256 (RFC 5869). Its id identifies
/// the secret without revealing it.
pub fn master_key(secret: &SecretString) -> Result<DataKey, Fault> {
    let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portcullis").extract(secret.expose_secret().as_bytes());
    let id = derive(&root, SECRET_ID)?;
    let id = URL_SAFE_NO_PAD.encode(id.get(..9).unwrap_or_default());
    Ok(DataKey::new(id, derive(&root, SEALING)?))
}

fn derive(root: &hkdf::Prk, label: &[u8]) -> Result<Zeroizing<[u8; KEY_BYTES]>, Fault> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    root.expand(&[label], hkdf::HKDF_SHA256)
        .and_then(|output| output.fill(key.as_mut_slice()))
        .map_err(|error| Fault::new("derive a key from the server secret", error))?;
    Ok(key)
}
