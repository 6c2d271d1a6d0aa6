//! Entity tags: a client that already has a response gets 304 without a body (RFC 9110, section 13.1.2).

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, header};

use super::whitespace::trim;

/// Identifies one version of a response by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_hash(digest(&SHA256, bytes).as_ref())
    }

    /// The tag of bytes with this cryptographic hash.
    pub fn of_hash(hash: &[u8]) -> Self {
        let mut tag = String::from("\"");
        for byte in hash.iter().take(16) {
            // Writing to a `String` cannot fail.
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push('"');
        Self(tag)
    }

    /// The tag as in `ETag`, with its quotation marks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `If-None-Match` contains `tag`, its weak form, or `*`.
pub fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let mut lists = request.get_all(header::IF_NONE_MATCH).iter();
    lists.any(|list| trim(list.as_bytes()) == b"*" || has(list.as_bytes(), tag.as_bytes()))
}

fn has(list: &[u8], tag: &[u8]) -> bool {
    let mut is_quoted = false;
    // Tags can contain commas, and backslashes have no special meaning in them.
    let mut tags = list.split(|byte| {
        is_quoted ^= *byte == b'"';
        *byte == b',' && !is_quoted
    });
    tags.any(|listed| {
        let listed = trim(listed);
        listed.strip_prefix(b"W/").unwrap_or(listed) == tag
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_tag_is_found_in_lists_whole_and_weak() {
        let known = |lists: &[&[u8]]| {
            let values = lists.iter().map(|list| HeaderValue::from_bytes(list).unwrap());
            is_known(
                &values.map(|list| (header::IF_NONE_MATCH, list)).collect(),
                "\"a\"",
            )
        };
        for lists in [
            &[&b"\"a\""[..]][..],
            &[b"W/\"a\""],
            &[b"\"b\" ,\t\"a\""],
            &[b",, \"b,\",W/\"a\","],
            &[b"\"b\\\", \"a\""],
            &[b"\"\xff\", \"a\""],
            &[b"\"b\"", b"\"a\""],
            &[b"*"],
            &[b" * "],
        ] {
            assert!(known(lists), "{lists:?}");
        }
        assert!(!known(&[]));
        for list in [&b""[..], b"a", b"\"b\"", b"\"b,\"a\",c\"", b"w/\"a\"", b"\"*\""] {
            assert!(!known(&[list]), "{list:?}");
        }
    }
}
