//! The format of a refresh token.
//!
//! `pcr_` (names the kind, also for secret scanners), then 60 bytes in base64url without padding: session id (16),
//! generation (8, big-endian), tag (32), and a CRC-32 of everything before it (4), which distinguishes
//! a mistyped or truncated token from a forged one without a database query.
//!
//! The tag is HMAC-SHA-256 over session id, generation and the session's salt. The salt is in the database and the key
//! is not: a copy of the database opens no session, and the server can make the same token again.

#[cfg(any(test, fuzzing))]
pub mod properties;

use crc::{CRC_32_ISO_HDLC, Crc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{SessionId, session};
use secrecy::SecretString;

use crate::platform::{
    crypto::{TAG_BYTES, TagKeys},
    failure::Fault,
    rng::Rng,
};

const PREFIX: &str = "pcr_";
const LENGTH: usize = 60;
const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// A text in the form of a refresh token. Only with the session's salt can it be verified.
pub(super) struct PresentedToken {
    pub(super) session_id: SessionId,
    pub(super) generation: i64,
    tag: [u8; TAG_BYTES],
}

impl PresentedToken {
    /// Reads a token; none for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(PREFIX)?;
        // Check before decoding, so that a long text costs nothing.
        if text.len() != LENGTH * 4 / 3 {
            return None;
        }
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (covered, checksum) = bytes.split_last_chunk::<4>()?;
        if CHECKSUM.checksum(covered) != u32::from_be_bytes(*checksum) {
            return None;
        }
        let (id, rest) = covered.split_first_chunk::<16>()?;
        let (generation, tag) = rest.split_first_chunk::<8>()?;
        Some(Self {
            session_id: SessionId(uuid::Uuid::from_bytes(*id)),
            generation: i64::from_be_bytes(*generation),
            tag: tag.try_into().ok()?,
        })
    }

    /// Whether this server, or one that shares its secret, issued this token for the session.
    pub(super) fn is_genuine(&self, keys: &TagKeys, session: &session::Model) -> bool {
        let generation = self.generation.to_be_bytes();
        session.id == self.session_id && keys.is_genuine(&parts(session, &generation), &self.tag)
    }
}

/// A salt for a new session: 256 random bits.
pub(super) fn new_salt(rng: &dyn Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<32>())
}

/// The current refresh token of a session.
pub(super) fn current(keys: &TagKeys, session: &session::Model) -> Result<SecretString, Fault> {
    let generation = session.refresh_generation.to_be_bytes();
    let tag = keys
        .tag(&session.refresh_key_id, &parts(session, &generation))
        .ok_or_else(|| {
            let why = "the key that made it is missing";
            Fault::new("make a refresh token", why)
        })?;
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend_from_slice(session.id.0.as_bytes());
    bytes.extend_from_slice(&generation);
    bytes.extend_from_slice(&tag);
    bytes.extend_from_slice(&CHECKSUM.checksum(&bytes).to_be_bytes());
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)).into())
}

/// The input of a tag. All parts have fixed lengths, including the salt.
fn parts<'a>(session: &'a session::Model, generation: &'a [u8; 8]) -> [&'a [u8]; 4] {
    [
        b"refresh",
        session.id.0.as_bytes(),
        generation,
        session.refresh_salt.as_bytes(),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::{
        context::fixtures::session,
        platform::{crypto::DataKey, rng::SystemRng},
    };

    fn keys() -> TagKeys {
        TagKeys::new(&[DataKey::generate(&SystemRng)])
    }

    /// A session with its key, and the token it has now.
    fn token() -> (TagKeys, session::Model, String) {
        let keys = keys();
        let session = session::Model {
            refresh_key_id: keys.newest().unwrap().to_owned(),
            refresh_salt: "s".repeat(43),
            refresh_generation: 7,
            ..session()
        };
        let text = current(&keys, &session).unwrap().expose_secret().to_owned();
        (keys, session, text)
    }

    fn is_genuine(text: &str, keys: &TagKeys, session: &session::Model) -> bool {
        PresentedToken::parse(text).is_some_and(|token| token.is_genuine(keys, session))
    }

    #[test]
    fn a_token_reads_back_and_is_genuine_for_its_session_only() {
        let (keys, session, text) = token();
        assert!(text.starts_with("pcr_") && text.len() == 84, "{}", text.len());
        let read = PresentedToken::parse(&text).unwrap();
        assert_eq!((read.session_id, read.generation), (session.id, 7));
        assert!(read.is_genuine(&keys, &session));
        let salted = session::Model {
            refresh_salt: "t".repeat(43),
            ..session.clone()
        };
        let other = session::Model {
            id: SessionId(uuid::Uuid::max()),
            ..session
        };
        assert!(!read.is_genuine(&keys, &salted) && !read.is_genuine(&keys, &other));
    }

    #[test]
    fn no_token_with_another_character_is_genuine_and_most_are_not_even_read() {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let (keys, session, text) = token();
        for at in 0..text.len() {
            for other in ALPHABET.chars().chain(['=', '+', '/', ' ', '.', 'é']) {
                let mut changed: Vec<char> = text.chars().collect();
                if changed[at] == other {
                    continue;
                }
                changed[at] = other;
                let changed: String = changed.into_iter().collect();
                assert!(PresentedToken::parse(&changed).is_none(), "{changed}");
            }
        }
        for cut in 0..text.len() {
            assert!(!is_genuine(&text[..cut], &keys, &session), "{cut}");
        }
        for longer in [
            format!("{text}A"),
            format!("{text}="),
            format!(" {text}"),
            format!("{text}\n"),
        ] {
            assert!(!is_genuine(&longer, &keys, &session), "{longer}");
        }
    }

    #[test]
    fn a_forged_token_with_a_right_checksum_is_read_and_not_genuine() {
        let (keys, session, text) = token();
        let bytes = URL_SAFE_NO_PAD
            .decode(text.strip_prefix(PREFIX).unwrap())
            .unwrap();
        for bit in 0..(LENGTH - 4) * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let checksum = CHECKSUM.checksum(&forged[..LENGTH - 4]);
            forged[LENGTH - 4..].copy_from_slice(&checksum.to_be_bytes());
            let forged = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(forged));
            let read = PresentedToken::parse(&forged).unwrap();
            assert!(!read.is_genuine(&keys, &session), "bit {bit}");
        }
    }

    #[test]
    fn every_generation_has_a_token_of_its_own() {
        let (keys, session, _) = token();
        let texts: BTreeSet<_> = (0..100)
            .map(|generation| {
                let session = session::Model {
                    refresh_generation: generation,
                    ..session.clone()
                };
                current(&keys, &session).unwrap().expose_secret().to_owned()
            })
            .collect();
        assert_eq!(texts.len(), 100);
    }
}
