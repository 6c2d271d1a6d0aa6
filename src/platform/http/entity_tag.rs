//! Entity tags: a client that has an answer already is told so, and nothing more (RFC 9110, section 13.1.2).

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, header};

use super::whitespace::OWS;

/// The name of one version of an answer, made of what the answer says.
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

    /// The tag as it stands in `ETag`, with its quotation marks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `If-None-Match` lists `tag`, a weak form of it included, or takes any.
pub fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let lists = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut tags = lists
        .flat_map(|list| list.split(','))
        .map(|tag| tag.trim_matches(OWS));
    tags.any(|listed| listed == "*" || listed.strip_prefix("W/").unwrap_or(listed) == tag)
}
