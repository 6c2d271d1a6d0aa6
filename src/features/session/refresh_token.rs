//! The text of a refresh token.
//!
//! `pcr_` (what it is, also for programs that look for leaked secrets), then 60 bytes in base64url without padding:
//! session id (16), generation (8, big-endian), tag (32), and a CRC-32 of all before it (4), by which a mistyped or
//! cut token is told from a forged one without a question to the database.
//!
//! The tag is HMAC-SHA-256 over session id, generation and the session's salt. The salt is in the database and the key
//! is not: a copy of the database holds nothing that opens a session, and the server can make the same token again.

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

/// A text of the form of a refresh token. Whether it is genuine shows only beside the session's salt.
pub(super) struct PresentedToken {
    pub(super) session_id: SessionId,
    pub(super) generation: i64,
    tag: [u8; TAG_BYTES],
}

impl PresentedToken {
    /// Reads a token; none for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(PREFIX)?;
        // Before decoding, so that a long text costs nothing.
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

    /// Whether this server, or one that shares its secret, gave this token out for the session.
    pub(super) fn is_genuine(&self, keys: &TagKeys, session: &session::Model) -> bool {
        let generation = self.generation.to_be_bytes();
        session.id == self.session_id && keys.is_genuine(&parts(session, &generation), &self.tag)
    }
}

/// A salt for a new session: 256 random bits.
pub(super) fn new_salt(rng: &dyn Rng) -> String {
    URL_SAFE_NO_PAD.encode(rng.bytes::<32>())
}

/// The present refresh token of a session.
pub(super) fn current(keys: &TagKeys, session: &session::Model) -> Result<SecretString, Fault> {
    let generation = session.refresh_generation.to_be_bytes();
    let tag = keys
        .tag(&session.refresh_key_id, &parts(session, &generation))
        .ok_or_else(|| {
            let why = "the server secret it was made under is not here: give all servers the same list";
            Fault::new("make a refresh token", why)
        })?;
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend_from_slice(session.id.0.as_bytes());
    bytes.extend_from_slice(&generation);
    bytes.extend_from_slice(&tag);
    bytes.extend_from_slice(&CHECKSUM.checksum(&bytes).to_be_bytes());
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)).into())
}

/// What a tag covers. All of it has fixed lengths, the salt among it.
fn parts<'a>(session: &'a session::Model, generation: &'a [u8; 8]) -> [&'a [u8]; 4] {
    [
        b"refresh",
        session.id.0.as_bytes(),
        generation,
        session.refresh_salt.as_bytes(),
    ]
}
