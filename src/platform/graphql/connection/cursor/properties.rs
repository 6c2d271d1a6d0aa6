//! Properties of reading cursors, for any text.

use uuid::Uuid;

use super::ListTag;
use crate::platform::keyset::Position;

const LIST: ListTag = ListTag(*b"tst");
const OTHER: ListTag = ListTag(*b"tsu");

/// Whether the text is a cursor.
///
/// # Panics
///
/// If a text is read as a cursor but is not how that cursor is written, or a position does not survive a round trip.
pub fn check(text: &str) -> bool {
    let mut bytes = [0; 24];
    bytes
        .iter_mut()
        .zip(text.bytes())
        .for_each(|(to, from)| *to = from);
    let (key, id) = bytes.split_first_chunk().unwrap_or((&[0; 8], &[]));
    let position = Position {
        key: i64::from_be_bytes(*key),
        id: Uuid::from_slice(id).unwrap_or_default(),
    };
    let cursor = LIST.cursor(&position);
    assert!(
        LIST.position(&cursor) == Some(position),
        "a position is read as another"
    );
    assert!(
        OTHER.position::<i64>(&cursor).is_none(),
        "a cursor is valid for another list"
    );

    let Some(position) = LIST.position::<i64>(text) else {
        return false;
    };
    assert!(LIST.cursor(&position) == text, "one position has two cursors");
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::keeps;

    #[test]
    fn a_position_has_one_cursor_and_no_other_text_is_one() {
        keeps(20, any::<String>(), |text| check(text));
        let read = keeps(20, "[-_A-Za-z0-9]{31}[-_A-Za-z0-9=]", |text| {
            check(&format!("dHN0{text}"))
        });
        assert!(read > 1_000, "only {read} are cursors");
    }
}
