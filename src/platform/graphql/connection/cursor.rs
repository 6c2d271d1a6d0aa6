//! Cursors: positions in a list as opaque text.
//!
//! They are neither encrypted nor signed. A cursor contains only data that its item shows anyway, and a forged one
//! leads to another position in the same list, never to another list.

#[cfg(any(test, fuzzing))]
pub mod properties;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::platform::keyset::Position;

/// The list and order that a cursor is valid for: three letters that no other list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListTag(pub [u8; 3]);

/// A sort key that cursors can contain.
pub trait CursorKey: Sized {
    /// Its bytes. Each key has exactly one form.
    fn to_bytes(&self) -> Vec<u8>;

    /// The key with these bytes.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl CursorKey for i64 {
    fn to_bytes(&self) -> Vec<u8> {
        self.to_be_bytes().into()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_be_bytes(bytes.try_into().ok()?))
    }
}

impl CursorKey for String {
    fn to_bytes(&self) -> Vec<u8> {
        self.as_bytes().into()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_utf8(bytes.into()).ok()
    }
}

/// Maximum length of a cursor. The longest key is an address of 320 characters.
const MAX_LETTERS: usize = 2_000;
/// Bytes of an id.
const ID_BYTES: usize = 16;

impl ListTag {
    /// The cursor of the item at this position: tag, id and key, in Base64 without padding.
    pub fn cursor<K: CursorKey>(self, at: &Position<K>) -> String {
        let Self(tag) = self;
        URL_SAFE_NO_PAD.encode([&tag[..], at.id.as_bytes(), &at.key.to_bytes()].concat())
    }

    /// The position that an untrusted text stands for, if it is a cursor of this list.
    pub(super) fn position<K: CursorKey>(self, cursor: &str) -> Option<Position<K>> {
        // First, to bound the work on long texts.
        if cursor.len() > MAX_LETTERS {
            return None;
        }
        // Refuses unused bits that are not zero, so each position has exactly one text.
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (tag, rest) = bytes.split_first_chunk()?;
        let (id, key) = rest.split_first_chunk::<ID_BYTES>()?;
        (*tag == self.0).then_some(Position {
            key: K::from_bytes(key)?,
            id: Uuid::from_bytes(*id),
        })
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{
        ChaCha20Rng,
        rand_core::{Rng as _, SeedableRng as _},
    };

    use super::*;

    const LIST: ListTag = ListTag(*b"tst");

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(27)
    }

    /// Length of a cursor with a number as its key.
    const LETTERS: usize = 36;

    fn any_position(rng: &mut ChaCha20Rng) -> Position {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        Position {
            key: i64::from_be_bytes(rng.next_u64().to_be_bytes()),
            id: Uuid::from_bytes(id),
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_position() {
        let mut rng = rng();
        let edges = [i64::MIN, -1, 0, 1, i64::MAX].map(|key| Position { key, id: Uuid::max() });
        let some = (0..10_000).map(|_| any_position(&mut rng));
        for position in edges.into_iter().chain(some) {
            let cursor = LIST.cursor(&position);
            assert_eq!(cursor.len(), LETTERS);
            assert_eq!(LIST.position(&cursor), Some(position));
        }
    }

    #[test]
    fn a_cursor_looks_like_this_and_stays_good_over_versions() {
        let position = Position {
            key: 1_795_000_000_120,
            id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
        };
        assert_eq!(LIST.cursor(&position), "dHN0AZkAAAAAcACAAAAAAAAAAQAAAaHuVl54");
    }

    #[test]
    fn a_cursor_of_another_list_is_none_of_this() {
        let position = any_position(&mut rng());
        for tag in [*b"Tst", *b"tsu", *b"\0\0\0", [0xFF; 3]] {
            let cursor = ListTag(tag).cursor(&position);
            assert_eq!(LIST.position::<i64>(&cursor), None, "{tag:?}");
        }
    }

    #[test]
    fn there_is_one_text_for_a_position() {
        let cursor = LIST.cursor(&any_position(&mut rng()));
        for (index, letter) in cursor.char_indices() {
            for other in (' '..='~').chain(['é', '\0', '\n']).filter(|it| *it != letter) {
                let mut changed = cursor.clone();
                changed.replace_range(index..=index, &other.to_string());
                let position = LIST.position::<i64>(&changed);
                assert!(position.is_none_or(|at| LIST.cursor(&at) == changed), "{changed}");
            }
        }
        for changed in [
            format!("{cursor}="),
            format!("{cursor}A"),
            format!(" {cursor}"),
            format!("{cursor}\n"),
            cursor.chars().skip(1).collect(),
        ] {
            assert_eq!(LIST.position::<i64>(&changed), None, "{changed:?}");
        }
    }

    #[test]
    fn texts_are_keys_too() {
        let id = any_position(&mut rng()).id;
        for key in ["", "ada", "ada@example.com", "ä\u{10FFFF}", &"é".repeat(320)] {
            let position = Position {
                key: key.to_owned(),
                id,
            };
            let cursor = LIST.cursor(&position);
            assert_eq!(LIST.position(&cursor), Some(position));
            assert_eq!(LIST.position::<i64>(&cursor), None, "{key}");
        }
        let broken = URL_SAFE_NO_PAD.encode([&b"tst"[..], id.as_bytes(), b"\xFF"].concat());
        assert_eq!(LIST.position::<String>(&broken), None);
        let long = URL_SAFE_NO_PAD.encode([b't'; 1_501]);
        assert_eq!(LIST.position::<String>(&long), None);
    }

    #[test]
    fn garbage_is_no_cursor() {
        let mut rng = rng();
        for text in [
            "",
            "0",
            "null",
            "é",
            &"A".repeat(LETTERS),
            &"=".repeat(LETTERS),
            &"é".repeat(18),
        ] {
            assert_eq!(LIST.position::<i64>(text), None, "{text}");
        }
        for _ in 0..20_000 {
            let mut bytes = vec![0; usize::from(rng.next_u32().to_be_bytes()[0]) % 64];
            rng.fill_bytes(&mut bytes);
            assert_eq!(
                LIST.position::<i64>(&String::from_utf8_lossy(&bytes)),
                None,
                "{bytes:?}"
            );
            let encoded = URL_SAFE_NO_PAD.encode(&bytes);
            if let Some(position) = LIST.position::<i64>(&encoded) {
                assert_eq!(LIST.cursor(&position), encoded);
            }
        }
    }
}
