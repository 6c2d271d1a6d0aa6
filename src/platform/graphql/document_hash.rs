//! Names for documents that follow from their text.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};

/// The SHA-256 hash of a document's text, as written, in UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentHash([u8; 32]);

impl DocumentHash {
    /// The hash of `text`.
    pub fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        for (mine, theirs) in bytes.iter_mut().zip(digest(&SHA256, text.as_bytes()).as_ref()) {
            *mine = *theirs;
        }
        Self(bytes)
    }

    /// The hash written as 64 hexadecimal digits; nothing when `text` is something else.
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
}

impl fmt::Debug for DocumentHash {
    /// A hash of a text with a password in it is a guess at the password: it is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '{ __typename }' | sha256sum` has it.
    const WRITTEN: &str = "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b";

    #[test]
    fn a_hash_is_that_of_the_text() {
        assert_eq!(
            DocumentHash::parse(WRITTEN),
            Some(DocumentHash::of("{ __typename }"))
        );
        assert_ne!(
            DocumentHash::parse(WRITTEN),
            Some(DocumentHash::of("{__typename}"))
        );
        let capitals = WRITTEN.to_uppercase();
        assert_eq!(DocumentHash::parse(&capitals), DocumentHash::parse(WRITTEN));
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
            assert_eq!(DocumentHash::parse(text), None, "{text}");
        }
        assert_eq!(DocumentHash::parse(&"é".repeat(32)), None);
    }
}
