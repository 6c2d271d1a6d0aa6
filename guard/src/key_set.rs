//! The key set of the issuer (RFC 7517, section 5).

use std::{collections::HashMap, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    FetchError,
    public_key::{Jwk, PublicKey},
};

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// The usable keys, by their ids.
#[derive(Debug)]
pub(crate) struct KeySet(HashMap<String, Arc<PublicKey>>);

impl KeySet {
    /// Reads a document. Skips keys of unknown kinds, as RFC 7517 asks, and such without an id.
    pub(crate) fn read(document: &[u8]) -> Result<Self, FetchError> {
        let document: Document =
            serde_json::from_slice(document).map_err(|_| FetchError::new("the answer is not a key set"))?;
        let mut keys = HashMap::new();
        for key in document.keys {
            let Ok(jwk) = serde_json::from_value::<Jwk>(key) else {
                continue;
            };
            if let Some(key) = PublicKey::read(&jwk) {
                // Of two keys with one id, the first counts; an issuer does not have two.
                keys.entry(jwk.kid).or_insert_with(|| Arc::new(key));
            }
        }
        if keys.is_empty() {
            let problem =
                "the key set has no key that can verify a token (with HS algorithms, it is always empty)";
            return Err(FetchError::new(problem));
        }
        Ok(Self(keys))
    }

    /// The key with this id.
    pub(crate) fn find(&self, kid: &str) -> Option<Arc<PublicKey>> {
        self.0.get(kid).map(Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(keys: &Value) -> Result<KeySet, FetchError> {
        KeySet::read(json!({ "keys": keys, "more": 1 }).to_string().as_bytes())
    }

    fn okp(kid: &Value) -> Value {
        // RFC 8037, appendix A.2.
        json!({ "kty": "OKP", "kid": kid, "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
    }

    #[test]
    fn a_key_that_cannot_be_read_does_not_hide_the_others() {
        let keys = read(&json!([7, {}, [], { "kty": "new", "kid": "n" }, okp(&json!("a"))])).unwrap();
        assert!(keys.find("a").is_some());
        assert!(keys.find("n").is_none() && keys.find("").is_none());
    }

    #[test]
    fn a_document_without_usable_keys_is_no_answer() {
        let shared = json!({ "kty": "oct", "kid": "a", "alg": "HS256", "k": "aHVudGVyMg" });
        for keys in [json!([]), json!([okp(&json!(null))]), json!([shared])] {
            assert!(read(&keys).is_err(), "{keys}");
        }
        for text in ["", "{}", "[]", "null", "<html>", "{\"keys\":{}}", "{\"keys\":[]"] {
            let error = KeySet::read(text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), "the answer is not a key set", "{text}");
        }
    }
}
