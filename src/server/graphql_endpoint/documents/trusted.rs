//! Documents that the operator has registered: those that the front end was built with.

use std::{collections::HashMap, fmt, fs, path::Path, sync::Arc};

use async_graphql::Value;

use crate::{platform::crypto::Sha256, server::graphql_endpoint::strict_json::StrictJson};

/// Maximum size of the file, in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Prefix of document identifiers that are hashes (GraphQL over HTTP, appendix on persisted documents).
const PREFIX: &str = "sha256:";

/// The registered documents.
#[derive(Clone, Default)]
pub struct TrustedDocuments(Arc<Registered>);

#[derive(Default)]
struct Registered {
    by_id: HashMap<String, Arc<str>>,
    by_hash: HashMap<Sha256, Arc<str>>,
}

impl TrustedDocuments {
    /// Reads a file as GraphQL Code Generator's client preset writes it with `persistedDocuments`: a JSON object from
    /// ids, which are hashes, to texts. Fails with what is wrong with the file.
    pub fn load(path: &Path) -> Result<Self, String> {
        let unreadable = |error: std::io::Error| format!("cannot be read: {}", error.kind());
        let size = fs::metadata(path).map_err(unreadable)?.len();
        if size > MAX_BYTES {
            return Err(format!("must have at most {} MiB", MAX_BYTES / 1024 / 1024));
        }
        Self::parse(&fs::read_to_string(path).map_err(unreadable)?)
    }

    /// Parses the content of a file.
    pub fn parse(json: &str) -> Result<Self, String> {
        let wrong =
            || "must contain one JSON object, from ids to texts of documents, with each id once".to_owned();
        let Ok(StrictJson(Value::Object(entries))) = serde_json::from_str(json) else {
            return Err(wrong());
        };
        let mut registered = Registered::default();
        for (id, text) in entries {
            let Value::String(text) = text else {
                return Err(wrong());
            };
            let text = Arc::<str>::from(text);
            let hash = Sha256::of(&text);
            if id
                .strip_prefix(PREFIX)
                .is_some_and(|it| Sha256::parse(it) != Some(hash))
            {
                return Err(
                    "contains a document that does not match its `sha256:` id: generate the file again"
                        .to_owned(),
                );
            }
            registered.by_hash.insert(hash, Arc::clone(&text));
            registered.by_id.insert(id.to_string(), text);
        }
        if registered.by_id.is_empty() {
            return Err("contains no document".to_owned());
        }
        Ok(Self(Arc::new(registered)))
    }

    /// The document that is registered as `id`, or that has this SHA-256 hash, with or without `sha256:` before it.
    pub(super) fn find(&self, id: &str) -> Option<Arc<str>> {
        let by_id = |id| self.0.by_id.get(id);
        let bare = id.strip_prefix(PREFIX).unwrap_or(id);
        let by_hash = || self.0.by_hash.get(&Sha256::parse(bare)?);
        by_id(id).or_else(|| by_id(bare)).or_else(by_hash).cloned()
    }

    /// Whether a document with this hash is registered.
    pub(super) fn contains(&self, hash: Sha256) -> bool {
        self.0.by_hash.contains_key(&hash)
    }

    /// Each document with its id.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.by_id.iter().map(|(id, text)| (id.as_str(), &**text))
    }
}

impl fmt::Debug for TrustedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrustedDocuments({})", self.0.by_id.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_found_by_its_id_and_by_its_hash() {
        let trusted = TrustedDocuments::parse(r#"{ "e0fb7d": "{ __typename }" }"#).unwrap();
        let hash = "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b";
        for id in ["e0fb7d", "sha256:e0fb7d", hash, &format!("sha256:{hash}")] {
            assert_eq!(trusted.find(id).as_deref(), Some("{ __typename }"), "{id}");
        }
        for id in ["", "sha256:", "E0FB7D", "sha1:e0fb7d", &hash[1..]] {
            assert!(trusted.find(id).is_none(), "{id}");
        }
        assert!(trusted.contains(Sha256::of("{ __typename }")));
        assert!(!trusted.contains(Sha256::of("{__typename}")));
    }

    #[test]
    fn other_files_are_refused() {
        for json in [
            "",
            "[]",
            "null",
            "{",
            "{}",
            r#"{ "a": 1 }"#,
            r#"{ "a": null }"#,
            r#"{ "a": { "b": "c" } }"#,
            r#"{ "a": "{ b }", "a": "{ c }" }"#,
            r#"{ "sha256:7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b": "{ me }" }"#,
        ] {
            assert!(TrustedDocuments::parse(json).is_err(), "{json}");
        }
        let missing = TrustedDocuments::load(Path::new("/nowhere/at/all.json"));
        assert_eq!(missing.unwrap_err(), "cannot be read: entity not found");
    }
}
