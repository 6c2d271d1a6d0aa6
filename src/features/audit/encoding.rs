//! The bytes that hashes and MACs cover: each part with its length before it, so that no two lists of parts of the same
//! kinds have the same bytes.

/// A list of parts.
#[derive(Debug)]
pub(super) struct Encoding(Vec<u8>);

impl Encoding {
    /// Begins with a label, which names the kind of data and the version of its encoding.
    pub(super) fn new(label: &str) -> Self {
        Self(Vec::with_capacity(512)).text(label)
    }

    /// Adds bytes.
    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.0.extend(length.to_be_bytes());
        self.0.extend(bytes);
        self
    }

    /// Adds a text.
    pub(super) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Adds an integer.
    pub(super) fn integer(self, integer: i64) -> Self {
        self.bytes(&integer.to_be_bytes())
    }

    /// Adds bytes, or their absence, which is not the same as no bytes.
    pub(super) fn optional<T: AsRef<[u8]>>(self, bytes: Option<T>) -> Self {
        match bytes {
            Some(bytes) => self.bytes(&[1]).bytes(bytes.as_ref()),
            None => self.bytes(&[0]),
        }
    }

    /// All of them.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_parts_have_different_bytes() {
        let new = || Encoding::new("test");
        let lists = [
            new(),
            new().text(""),
            new().text("").text(""),
            new().text("ab").text("c"),
            new().text("a").text("bc"),
            new().text("abc"),
            new().optional(None::<&str>),
            new().optional(Some("")),
            new().optional(Some("a")),
            new().optional(None::<&str>).text("a"),
            new().integer(0),
            new().integer(-1),
            Encoding::new("other"),
        ];
        let mut all: Vec<_> = lists.into_iter().map(Encoding::finish).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
