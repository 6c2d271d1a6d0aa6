//! Writes JSON of limited size.

use std::io;

use serde::Serialize;

/// `value` as JSON; none if it takes more than `max_bytes`. Never writes more than that.
pub(super) fn bounded_json(
    value: &impl Serialize,
    max_bytes: usize,
) -> Result<Option<Vec<u8>>, serde_json::Error> {
    let mut text = BoundedText {
        bytes: Vec::new(),
        max_bytes,
    };
    match serde_json::to_writer(&mut text, value) {
        Ok(()) => {
            // It may wait long for a slow client: drop the spare capacity.
            text.bytes.shrink_to_fit();
            Ok(Some(text.bytes))
        }
        Err(error) if error.is_io() => Ok(None),
        Err(error) => Err(error),
    }
}

struct BoundedText {
    bytes: Vec<u8>,
    max_bytes: usize,
}

impl io::Write for BoundedText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.max_bytes.saturating_sub(self.bytes.len()) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde::{Serializer, ser::SerializeSeq as _};

    use super::*;

    #[test]
    fn as_many_bytes_as_are_allowed_and_no_more() {
        assert_eq!(bounded_json(&"abc", 5).unwrap().unwrap(), b"\"abc\"");
        assert_eq!(bounded_json(&"abc", 4).unwrap(), None);
        // Escapes count as they are written.
        assert_eq!(bounded_json(&"\u{1}", 8).unwrap().unwrap(), b"\"\\u0001\"");
        assert_eq!(bounded_json(&"\u{1}", 7).unwrap(), None);
    }

    /// A list that counts how many of its items were serialized.
    struct Endless<'a>(&'a Cell<usize>);

    impl Serialize for Endless<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            loop {
                self.0.set(self.0.get() + 1);
                list.serialize_element("item")?;
            }
        }
    }

    #[test]
    fn the_rest_is_not_even_looked_at() {
        let count = Cell::new(0);
        assert_eq!(bounded_json(&Endless(&count), 70).unwrap(), None);
        assert_eq!(count.get(), 11);
    }
}
