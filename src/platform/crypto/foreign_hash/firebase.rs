//! The scrypt of Firebase: <https://github.com/firebase/scrypt>.
//!
//! Firebase hashes a password with scrypt, and encrypts the signer key of the project with the result: AES-256 in
//! counter mode, with a counter of zero. Its hash is the ciphertext, so hash and signer key together give the key stream,
//! which depends on the password and the salt only. That is what is stored: neither the row nor this server needs the
//! signer key after the import.

use aws_lc_rs::{
    cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey},
    iv::FixedLength,
};
use zeroize::Zeroizing;

use super::scrypt::Scrypt;
use crate::platform::crypto::argon2_input::HashError;

pub(super) const FORM: &str = "firebase-scrypt";

/// Bytes of the key stream that are stored and compared.
pub(super) const DIGEST_LEN: usize = 32;

/// The beginning of the key stream.
pub(super) fn digest(scrypt: &Scrypt, password: &[u8]) -> Result<Zeroizing<Vec<u8>>, HashError> {
    let key = UnboundCipherKey::new(&AES_256, &scrypt.digest(password)?)?;
    let mut stream = Zeroizing::new(vec![0; DIGEST_LEN]);
    let counter = EncryptionContext::Iv128(FixedLength::from([0; 16]));
    EncryptingKey::ctr(key)?.less_safe_encrypt(&mut stream, counter)?;
    Ok(stream)
}
