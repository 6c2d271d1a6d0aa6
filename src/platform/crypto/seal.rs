//! Sealing: encrypts values that the server must read again but that must not be readable in the database.
//!
//! A sealed value is `v1.<key id>.<nonce>.<ciphertext>`: AES-256-GCM (NIST SP 800-38D), with its table, row and column as associated data, so that a value moved elsewhere does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretSlice;
use zeroize::Zeroizing;

use super::data_key::DataKey;
use crate::platform::{failure::Fault, rng::Rng};

const VERSION: &str = "v1";

/// Where a sealed value is stored.
#[derive(Debug, Clone, Copy)]
pub struct SealContext<'a> {
    /// Table.
    pub table: &'a str,
    /// Row.
    pub id: &'a str,
    /// Column.
    pub column: &'a str,
}

impl SealContext<'_> {
    fn aad(&self) -> Aad<Vec<u8>> {
        Aad::from([self.table, self.id, self.column].join("/").into_bytes())
    }
}

/// Seals and opens values. The first key seals, all of them open, so that a key can be replaced.
#[derive(Debug)]
pub struct Sealer {
    keys: Vec<(String, LessSafeKey)>,
}

impl Sealer {
    /// A sealer with these keys, the newest first.
    pub fn new(keys: &[DataKey]) -> Result<Self, Fault> {
        let keys = keys
            .iter()
            .map(|key| {
                let sealing = UnboundKey::new(&AES_256_GCM, key.bytes())
                    .map_err(|error| Fault::new("make a sealing key", error))?;
                Ok((key.id().to_owned(), LessSafeKey::new(sealing)))
            })
            .collect::<Result<_, Fault>>()?;
        Ok(Self { keys })
    }

    /// Seals `plain` for `context`.
    pub fn seal(&self, rng: &dyn Rng, context: SealContext<'_>, plain: &[u8]) -> Result<String, Fault> {
        let (id, key) = self
            .keys
            .first()
            .ok_or_else(|| Fault::new("seal a value", "there is no key"))?;
        let nonce: [u8; NONCE_LEN] = rng.bytes();
        let mut text = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), context.aad(), &mut text)
            .map_err(|error| Fault::new("seal a value", error))?;
        Ok(format!(
            "{VERSION}.{id}.{}.{}",
            URL_SAFE_NO_PAD.encode(nonce),
            URL_SAFE_NO_PAD.encode(text)
        ))
    }

    /// Whether the value was sealed under the newest key. Other values should be sealed again before their key is
    /// removed.
    pub fn is_current(&self, sealed: &str) -> bool {
        let id = sealed.split('.').nth(1);
        self.keys
            .first()
            .is_some_and(|(newest, _)| Some(newest.as_str()) == id)
    }

    /// Opens a value that was sealed for `context`.
    pub fn open(&self, context: SealContext<'_>, sealed: &str) -> Result<SecretSlice<u8>, NotOpened> {
        let mut parts = sealed.split('.');
        let (Some(VERSION), Some(id), Some(nonce), Some(text), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(NotOpened::Malformed);
        };
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| known == id)
            .ok_or(NotOpened::UnknownKey)?;
        let nonce = URL_SAFE_NO_PAD
            .decode(nonce)
            .ok()
            .and_then(|nonce| Nonce::try_assume_unique_for_key(&nonce).ok())
            .ok_or(NotOpened::Malformed)?;
        let mut text = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).map_err(|_| NotOpened::Malformed)?);
        let plain = key
            .open_in_place(nonce, context.aad(), &mut text)
            .map_err(|_| NotOpened::Altered)?;
        Ok(plain.to_vec().into())
    }
}

/// Why a sealed value did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// Not a sealed value.
    Malformed,
    /// Sealed under a key that this server does not have.
    UnknownKey,
    /// Altered, or moved here from another place.
    Altered,
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::platform::rng::SystemRng;

    const PLACE: SealContext<'_> = SealContext {
        table: "signing_keys",
        id: "1",
        column: "sealed_private_key",
    };

    fn key(byte: u8) -> DataKey {
        DataKey::new(byte.to_string(), [byte; 32].into())
    }

    #[test]
    fn what_was_sealed_opens_again_in_its_place_only() {
        let sealer = Sealer::new(&[key(1)]).unwrap();
        let text = sealer.seal(&SystemRng, PLACE, b"private").unwrap();
        assert_eq!(sealer.open(PLACE, &text).unwrap().expose_secret(), b"private");
        for elsewhere in [
            SealContext {
                table: "users",
                ..PLACE
            },
            SealContext { id: "2", ..PLACE },
            SealContext {
                column: "kid",
                ..PLACE
            },
        ] {
            assert_eq!(sealer.open(elsewhere, &text).unwrap_err(), NotOpened::Altered);
        }
    }

    #[test]
    fn a_replaced_key_still_opens_and_the_new_one_seals() {
        let old = Sealer::new(&[key(1)])
            .unwrap()
            .seal(&SystemRng, PLACE, b"private")
            .unwrap();
        let both = Sealer::new(&[key(2), key(1)]).unwrap();
        assert_eq!(both.open(PLACE, &old).unwrap().expose_secret(), b"private");
        let new = both.seal(&SystemRng, PLACE, b"private").unwrap();
        assert_eq!(
            Sealer::new(&[key(1)]).unwrap().open(PLACE, &new).unwrap_err(),
            NotOpened::UnknownKey
        );
        assert!(Sealer::new(&[key(2)]).unwrap().open(PLACE, &new).is_ok());
    }

    #[test]
    fn no_altered_or_malformed_value_opens() {
        let sealer = Sealer::new(&[key(1)]).unwrap();
        let text = sealer.seal(&SystemRng, PLACE, b"private").unwrap();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(
                sealer.open(PLACE, &String::from_utf8(bytes).unwrap()).is_err(),
                "character {at}"
            );
        }
        for malformed in ["", "v1", "v1.a.b.c", "v1.....", "v2.x.y.z"] {
            assert!(sealer.open(PLACE, malformed).is_err(), "{malformed:?}");
        }
    }
}
