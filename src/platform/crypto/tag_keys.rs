//! Keys that authenticate what the server issues: only a holder of the key can make a tag (HMAC-SHA-256, RFC 2104).

use std::fmt;

use aws_lc_rs::hmac;

use super::master_key::{MasterKey, Purpose};
use crate::platform::failure::Fault;

/// Length of a tag, in bytes.
pub const TAG_BYTES: usize = 32;

/// The keys of one purpose, one for each server secret, the newest first.
pub struct TagKeys {
    keys: Vec<(String, hmac::Key)>,
}

impl TagKeys {
    /// The keys of `purpose` under these secrets, the newest first.
    pub fn new(secrets: &[MasterKey], purpose: Purpose) -> Result<Self, Fault> {
        let keys = secrets
            .iter()
            .map(|secret| {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.derive(purpose)?.as_slice());
                Ok((secret.id().to_owned(), key))
            })
            .collect::<Result<_, Fault>>()?;
        Ok(Self { keys })
    }

    /// Id of the key that makes new tags.
    pub fn newest(&self) -> Result<&str, Fault> {
        let (id, _) = self
            .keys
            .first()
            .ok_or_else(|| Fault::new("make a tag", "there is no server secret"))?;
        Ok(id)
    }

    /// The tag of `parts` under the newest key, as [`TagKeys::tag`] makes it.
    pub fn newest_tag(&self, parts: &[&[u8]]) -> Result<[u8; TAG_BYTES], Fault> {
        self.tag(self.newest()?, parts)
            .ok_or_else(|| Fault::new("make a tag", "there is no server secret"))
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

    fn keys(secrets: &[char]) -> TagKeys {
        let secrets: Vec<_> = secrets
            .iter()
            .map(|secret| MasterKey::new(&secret.to_string().repeat(32).into()).unwrap())
            .collect();
        TagKeys::new(&secrets, Purpose::Refresh).unwrap()
    }

    #[test]
    fn a_tag_is_genuine_for_what_it_was_made_of_only() {
        let keys = keys(&['a']);
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
    fn a_replaced_secret_still_vouches_and_an_unknown_one_does_not() {
        let old = keys(&['a']);
        let tag = old.tag(old.newest().unwrap(), &[b"one"]).unwrap();
        let both = keys(&['b', 'a']);
        assert!(both.is_genuine(&[b"one"], &tag));
        assert_eq!(both.tag(old.newest().unwrap(), &[b"one"]), Some(tag));
        let new = keys(&['b']);
        assert!(!new.is_genuine(&[b"one"], &tag));
        assert_eq!(new.tag(old.newest().unwrap(), &[b"one"]), None);
        assert_ne!(both.newest().unwrap(), old.newest().unwrap());
    }

    #[test]
    fn a_key_of_another_purpose_is_another_key() {
        let secret = [MasterKey::new(&"a".repeat(32).into()).unwrap()];
        let refresh = TagKeys::new(&secret, Purpose::Refresh).unwrap();
        let sealing = TagKeys::new(&secret, Purpose::Sealing).unwrap();
        let tag = refresh.tag(refresh.newest().unwrap(), &[b"one"]).unwrap();
        assert!(!sealing.is_genuine(&[b"one"], &tag));
    }
}
