//! SHA-256, as an id of a text or of bytes.

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The SHA-256 hash of a text or of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The hash of `text` in UTF-8.
    pub fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// The hash of `hashed`.
    pub fn of_bytes(hashed: &[u8]) -> Self {
        let mut bytes = [0; 32];
        for (target, source) in bytes.iter_mut().zip(digest(&SHA256, hashed).as_ref()) {
            *target = *source;
        }
        Self(bytes)
    }

    /// The hash as bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether both are the same. Takes the same time for all.
    pub fn is_same(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0, &other.0).is_ok()
    }

    /// In base64url without padding: 43 characters.
    pub fn to_base64url(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads 64 hexadecimal digits; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != bytes.len() * 2 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                let value = char::from(*digit).to_digit(16)?;
                *byte = (*byte << 4) | u8::try_from(value).ok()?;
            }
        }
        Some(Self(bytes))
    }

    /// As 64 hexadecimal digits in lower case.
    pub fn to_hex(self) -> String {
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        digits
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect()
    }
}

impl fmt::Debug for Sha256 {
    /// Hidden: the hash of a text that contains a password allows guessing it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Output of `printf '{ __typename }' | sha256sum`.
    const WRITTEN: &str = "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b";

    #[test]
    fn a_hash_is_that_of_the_text() {
        assert_eq!(Sha256::parse(WRITTEN), Some(Sha256::of("{ __typename }")));
        assert_ne!(Sha256::parse(WRITTEN), Some(Sha256::of("{__typename}")));
        let capitals = WRITTEN.to_uppercase();
        assert_eq!(Sha256::parse(&capitals), Sha256::parse(WRITTEN));
        assert_eq!(Sha256::of("{ __typename }").to_hex(), WRITTEN);
    }

    #[test]
    fn what_is_no_hash_is_none() {
        for text in [
            "",
            "7f",
            &WRITTEN[1..],
            &format!("{WRITTEN}0"),
            &WRITTEN.replace('7', "g"),
        ] {
            assert_eq!(Sha256::parse(text), None, "{text}");
        }
        assert_eq!(Sha256::parse(&"é".repeat(32)), None);
    }
}
