//! The format of a one-time token.
//!
//! `pct_` (names the kind, also for secret scanners), then 36 bytes in base64url without padding: 32 random bytes, and a
//! CRC-32 of them (4), which tells a mistyped or truncated token from an unknown one without a database query.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crc::{CRC_32_ISO_HDLC, Crc};
use secrecy::{ExposeSecret as _, SecretString};

use crate::platform::{crypto::Sha256, rng::Rng};

const PREFIX: &str = "pct_";
const RANDOM_BYTES: usize = 32;
const LENGTH: usize = RANDOM_BYTES + 4;
const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// A secret that is about to be handed out.
#[derive(Debug, Clone)]
pub struct TokenSecret(SecretString);

impl TokenSecret {
    /// A new one: 256 random bits.
    pub fn new(rng: &dyn Rng) -> Self {
        let random = rng.bytes::<RANDOM_BYTES>();
        let bytes = [&random[..], &CHECKSUM.checksum(&random).to_be_bytes()].concat();
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)).into())
    }

    /// The text to hand out.
    pub fn text(&self) -> &SecretString {
        &self.0
    }

    /// The hash by which the database finds it.
    pub fn key(&self) -> PresentedToken {
        PresentedToken(key_of(self.0.expose_secret()))
    }
}

/// A text in the form of a token.
#[derive(Clone, PartialEq, Eq)]
pub struct PresentedToken(String);

impl PresentedToken {
    /// Reads a token; none for anything else. Spaces around it are ignored: people copy them along.
    pub fn parse(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret().trim_matches([' ', '\n', '\r', '\t']);
        let encoded = text.strip_prefix(PREFIX)?;
        // Check before decoding, so that a long text costs nothing.
        if encoded.len() != LENGTH * 4 / 3 {
            return None;
        }
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(encoded).ok()?.try_into().ok()?;
        let (random, checksum) = bytes.split_last_chunk::<4>()?;
        let is_whole = CHECKSUM.checksum(random) == u32::from_be_bytes(*checksum);
        is_whole.then(|| Self(key_of(text)))
    }

    /// SHA-256 of the token, in base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hidden: logs must not tell which row it is.
impl std::fmt::Debug for PresentedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PresentedToken([REDACTED])")
    }
}

pub(super) fn key_of(text: &str) -> String {
    Sha256::of(text).to_base64url()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::rng::SystemRng;

    #[test]
    fn a_token_reads_back_and_no_altered_one_does() {
        let secret = TokenSecret::new(&SystemRng);
        let text = secret.text().expose_secret().to_owned();
        assert!(text.starts_with("pct_") && text.len() == 52, "{}", text.len());
        let read = |text: &str| PresentedToken::parse(&text.to_owned().into());
        assert_eq!(read(&text), Some(secret.key()));
        assert_eq!(read(&format!("  {text}\n")), Some(secret.key()));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(read(&String::from_utf8(bytes).unwrap()), None, "character {at}");
        }
        for bad in [
            "",
            "pct_",
            &text[1..],
            &text[..51],
            &format!("{text}A"),
            &"é".repeat(26),
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn nothing_shows_a_token() {
        let secret = TokenSecret::new(&SystemRng);
        let shown = format!("{secret:?} {:?}", secret.key());
        assert!(
            !shown.contains(&secret.text().expose_secret()[4..]) && !shown.contains(secret.key().as_str())
        );
    }
}
