//! Keys that authenticate what the server issues: only a holder of the key can make a tag (HMAC-SHA-256, RFC 2104).

use std::fmt;

use aws_lc_rs::hmac;

use super::data_key::DataKey;
use crate::platform::failure::Fault;

/// Length of a tag, in bytes.
pub const TAG_BYTES: usize = 32;

/// The keys of one purpose, the newest first.
pub struct TagKeys {
    keys: Vec<(String, hmac::Key)>,
}

impl TagKeys {
    /// These keys, the newest first.
    pub fn new(keys: &[DataKey]) -> Self {
        let tagging = |key: &DataKey| hmac::Key::new(hmac::HMAC_SHA256, key.bytes());
        Self {
            keys: keys
                .iter()
                .map(|key| (key.id().to_owned(), tagging(key)))
                .collect(),
        }
    }

    /// Id of the key that makes new tags.
    pub fn newest(&self) -> Result<&str, Fault> {
        let (id, _) = self
            .keys
            .first()
            .ok_or_else(|| Fault::new("make a tag", "there is no key"))?;
        Ok(id)
    }

    /// Whether the key `id` was replaced before, or when, the key `other` was made.
    pub fn is_older(&self, id: &str, other: &str) -> bool {
        let age = |id: &str| self.keys.iter().position(|(known, _)| known == id);
        matches!((age(id), age(other)), (Some(age), Some(other)) if age > other)
    }

    /// The tag of `parts` under the newest key, as [`TagKeys::tag`] makes it.
    pub fn newest_tag(&self, parts: &[&[u8]]) -> Result<[u8; TAG_BYTES], Fault> {
        self.tag(self.newest()?, parts)
            .ok_or_else(|| Fault::new("make a tag", "there is no key"))
    }

    /// The tag of `parts` under the key with this id; none if the key is unknown. The parts must have fixed lengths,
    /// since the tag covers only their concatenation.
    pub fn tag(&self, key_id: &str, parts: &[&[u8]]) -> Option<[u8; TAG_BYTES]> {
        let (_, key) = self.keys.iter().find(|(id, _)| id == key_id)?;
        let mut context = hmac::Context::with_key(key);
        for part in parts {
            context.update(part);
        }
        context.sign().as_ref().try_into().ok()
    }

    /// Whether one of the keys made this tag of `parts`. Compares in constant time.
    pub fn is_genuine(&self, parts: &[&[u8]], tag: &[u8; TAG_BYTES]) -> bool {
        let message = parts.concat();
        self.keys
            .iter()
            .any(|(_, key)| hmac::verify(key, &message, tag).is_ok())
    }
}

impl fmt::Debug for TagKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|(id, _)| id))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> TagKeys {
        let keys: Vec<_> = bytes
            .iter()
            .map(|byte| DataKey::new(char::from(*byte).to_string(), [*byte; 32].into()))
            .collect();
        TagKeys::new(&keys)
    }

    #[test]
    fn a_tag_is_genuine_for_what_it_was_made_of_only() {
        let keys = keys(b"a");
        let tag = keys.tag(keys.newest().unwrap(), &[b"one", b"two"]).unwrap();
        assert!(keys.is_genuine(&[b"one", b"two"], &tag));
        assert!(!keys.is_genuine(&[b"one", b"twp"], &tag));
        for bit in 0..TAG_BYTES * 8 {
            let mut other = tag;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!keys.is_genuine(&[b"one", b"two"], &other), "bit {bit}");
        }
    }

    #[test]
    fn a_replaced_key_still_vouches_and_an_unknown_one_does_not() {
        let old = keys(b"a");
        let tag = old.tag(old.newest().unwrap(), &[b"one"]).unwrap();
        let both = keys(b"ba");
        assert!(both.is_genuine(&[b"one"], &tag));
        assert_eq!(both.tag(old.newest().unwrap(), &[b"one"]), Some(tag));
        let new = keys(b"b");
        assert!(!new.is_genuine(&[b"one"], &tag));
        assert_eq!(new.tag(old.newest().unwrap(), &[b"one"]), None);
        assert_ne!(both.newest().unwrap(), old.newest().unwrap());
        assert!(both.is_older("a", "b"));
        for (id, other) in [("b", "a"), ("a", "a"), ("c", "b"), ("a", "c")] {
            assert!(!both.is_older(id, other), "{id} {other}");
        }
    }
}
