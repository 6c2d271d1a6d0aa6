//! How a request names its document: by its text, by its hash, or by its id.

use async_graphql::Value;

use crate::platform::{crypto::Sha256, http::error::HttpError};

/// The document that a request names. A text can contain passwords.
pub(in super::super) enum DocumentRef {
    /// This text.
    Text(String),
    /// This text, to be stored under its hash.
    TextToPersist(String, Sha256),
    /// The one with this hash: trusted, or stored by an earlier request.
    Hash(String),
    /// The trusted one with this id.
    Id(String),
}

impl DocumentRef {
    /// Reads the parameters of a request that name a document; none if no parameter does.
    ///
    /// Besides `query` these are `extensions.persistedQuery` (Apollo's automatic persisted queries) and `documentId`
    /// (GraphQL over HTTP, appendix on persisted documents).
    pub(in super::super) fn read(
        query: Value,
        document_id: Value,
        extensions: &Value,
    ) -> Result<Option<Self>, HttpError> {
        let text = match query {
            Value::Null => None,
            Value::String(text) => Some(text),
            _ => {
                return Err(HttpError::bad_request(
                    "`query` must be a string with a GraphQL document.",
                ));
            }
        };
        let hash = persisted_hash(extensions)?;
        match document_id {
            Value::Null => {}
            Value::String(id) if text.is_none() && hash.is_none() => return Ok(Some(Self::Id(id))),
            // Two names could mean two different documents.
            Value::String(_) => {
                return Err(HttpError::bad_request(
                    "Send `documentId` without `query` and without `extensions.persistedQuery`.",
                ));
            }
            _ => return Err(HttpError::bad_request("`documentId` must be a string or null.")),
        }
        Ok(match (text, hash) {
            (text, None) => text.map(Self::Text),
            (None, Some(hash)) => Some(Self::Hash(hash)),
            // Some clients send an empty text instead of none.
            (Some(text), Some(hash)) if text.is_empty() => Some(Self::Hash(hash)),
            (Some(text), Some(hash)) => {
                let own = Sha256::of(&text);
                if Sha256::parse(&hash) != Some(own) {
                    return Err(HttpError::bad_request(
                        "`sha256Hash` must be the SHA-256 hash of `query`, in hexadecimal digits.",
                    ));
                }
                Some(Self::TextToPersist(text, own))
            }
        })
    }
}

/// The hash in `extensions.persistedQuery`, if there is one.
fn persisted_hash(extensions: &Value) -> Result<Option<String>, HttpError> {
    let Value::Object(extensions) = extensions else {
        return Ok(None);
    };
    let persisted = match extensions.get("persistedQuery") {
        None | Some(Value::Null) => return Ok(None),
        Some(persisted) => persisted,
    };
    if let Value::Object(persisted) = persisted
        && let Some(Value::Number(version)) = persisted.get("version")
        && version.as_u64() == Some(1)
        && let Some(Value::String(hash)) = persisted.get("sha256Hash")
    {
        return Ok(Some(hash.clone()));
    }
    Err(HttpError::bad_request(
        "`extensions.persistedQuery` must be an object with `version` 1 and a `sha256Hash`.",
    ))
}
