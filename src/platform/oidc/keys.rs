//! The keys with which an OpenID provider signs (RFC 7517).

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{
    error::{ProviderError, Step},
    fetch::Fetcher,
};
use crate::platform::crypto::{IssuerKey, JwsAlgorithm};

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// A key (section 4; RFC 7518, section 6): only what is used here.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    /// Microsoft: for whom it signs.
    issuer: Option<String>,
}

/// A key that can verify ID tokens.
#[derive(Debug)]
pub(super) struct Key {
    kid: Option<String>,
    alg: Option<String>,
    /// For whom it signs, if it does not sign for everyone.
    pub(super) issuer: Option<String>,
    pub(super) public: IssuerKey,
}

/// All keys of a provider that can verify ID tokens.
#[derive(Debug)]
pub(super) struct KeySet(Vec<Key>);

impl KeySet {
    pub(super) async fn fetch(fetcher: &Fetcher, url: &Url) -> Result<Self, ProviderError> {
        let document: Document = fetcher.public_json(Step::Keys, url).await?;
        let set = Self::read(document.keys);
        if set.0.is_empty() {
            return Err(fetcher.invalid(Step::Keys, "have none that can verify a token"));
        }
        Ok(set)
    }

    /// Skips keys that are for something else, or that cannot be read: there can be kinds that are not known here
    /// (section 5).
    fn read(keys: Vec<Value>) -> Self {
        let keys = keys.into_iter();
        let jwks = keys.filter_map(|key| serde_json::from_value(key).ok());
        Self(jwks.filter_map(Key::read).collect())
    }

    /// The keys with this id that can have signed with this algorithm. Without an id, that is clear only if one key can
    /// (OpenID Connect Core, section 10.1).
    pub(super) fn find(&self, kid: Option<&str>, alg: &str, algorithm: JwsAlgorithm) -> Vec<&Key> {
        let mut found: Vec<_> = self
            .0
            .iter()
            .filter(|key| kid.is_none() || key.kid.as_deref() == kid)
            .filter(|key| key.alg.as_deref().is_none_or(|own| own == alg) && key.public.fits(algorithm))
            .collect();
        if kid.is_none() && found.len() > 1 {
            found.clear();
        }
        found
    }
}

impl Key {
    fn read(jwk: Jwk) -> Option<Self> {
        let is_for_signatures = jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let can_verify = |ops: &Vec<String>| ops.iter().any(|op| op == "verify");
        if !is_for_signatures || !jwk.key_ops.as_ref().is_none_or(can_verify) {
            return None;
        }
        let public = match jwk.kty.as_str() {
            "RSA" => IssuerKey::rsa(&jwk.n?, &jwk.e?)?,
            "EC" => IssuerKey::elliptic_curve(&jwk.crv?, &jwk.x?, &jwk.y?)?,
            "OKP" => IssuerKey::edwards_curve(&jwk.crv?, &jwk.x?)?,
            _ => return None,
        };
        Some(Self {
            kid: jwk.kid,
            alg: jwk.alg,
            issuer: jwk.issuer,
            public,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The key of RFC 7515, appendix A.3.
    fn ec(more: &Value) -> Value {
        let mut key = json!({
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        });
        let members = key.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        key
    }

    fn found(keys: &[Value], kid: Option<&str>, alg: &str) -> usize {
        let algorithm = JwsAlgorithm::from_name(alg).unwrap();
        KeySet::read(keys.to_vec()).find(kid, alg, algorithm).len()
    }

    #[test]
    fn only_keys_for_signatures_are_used() {
        for (more, count) in [
            (json!({ "kid": "a" }), 1),
            (
                json!({ "kid": "a", "use": "sig", "alg": "ES256", "key_ops": ["verify"] }),
                1,
            ),
            (json!({ "kid": "a", "use": "enc" }), 0),
            (json!({ "kid": "a", "key_ops": ["encrypt"] }), 0),
            (json!({ "kid": "a", "alg": "ES384" }), 0),
            (json!({ "kid": "b" }), 0),
            (json!({}), 0),
            (json!({ "kid": 7 }), 0),
            (json!({ "kid": "a", "kty": "oct", "k": "aHVudGVyMg" }), 0),
            (json!({ "kid": "a", "kty": "OKP" }), 0),
            (json!({ "kid": "a", "y": null }), 0),
        ] {
            assert_eq!(found(&[ec(&more)], Some("a"), "ES256"), count, "{more}");
        }
        assert_eq!(found(&[ec(&json!({ "kid": "a" }))], Some("a"), "RS256"), 0);
    }

    #[test]
    fn one_unreadable_key_does_not_hide_the_others() {
        let keys = [
            json!(7),
            json!({ "kty": "new" }),
            json!([]),
            ec(&json!({ "kid": "a" })),
        ];
        assert_eq!(found(&keys, Some("a"), "ES256"), 1);
    }

    #[test]
    fn a_token_without_a_key_id_is_verified_only_if_one_key_can_be_meant() {
        let (a, b) = (ec(&json!({ "kid": "a" })), ec(&json!({})));
        assert_eq!(found(std::slice::from_ref(&a), None, "ES256"), 1);
        assert_eq!(found(&[a.clone(), b], None, "ES256"), 0);
        let other = ec(&json!({ "kid": "c", "use": "enc" }));
        assert_eq!(found(&[a, other], None, "ES256"), 1);
    }
}
