//! The keys that sign and verify JWTs, by the rules of RFC 8725.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Header, Validation, decode, encode, jwk::JwkSet};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    signing_algorithm::SigningAlgorithm,
    signing_key::{SigningKey, jwt_error},
};
use crate::platform::failure::Fault;

/// Maximum length of a token, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// The header of every token signed here. A token with any other field is refused: `crit`, `jwk`, `jku`, `x5u`, `x5c`,
/// `b64`, `zip` and all future ones (RFC 8725, sections 3.1 and 3.10).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// All keys: one signs, all verify.
#[derive(Debug)]
pub struct KeyRing {
    signing: Arc<SigningKey>,
    /// All keys, the one that signs among them, by their ids.
    keys: BTreeMap<String, Arc<SigningKey>>,
}

impl KeyRing {
    /// A ring that signs with `signing` and also verifies with `others`.
    pub fn new(signing: Arc<SigningKey>, others: impl IntoIterator<Item = Arc<SigningKey>>) -> Self {
        let keys = others.into_iter().chain([Arc::clone(&signing)]);
        Self {
            signing,
            keys: keys.map(|key| (key.kid().to_owned(), key)).collect(),
        }
    }

    /// The key that signs.
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The algorithm of new tokens.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.signing.algorithm()
    }

    /// Signs `claims` with the current key, as a token of this `typ`.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<SecretString, Fault> {
        let key = self.signing();
        let mut header = Header::new(key.algorithm().of_library());
        header.typ = Some(typ.to_owned());
        header.kid = Some(key.kid().to_owned());
        encode(&header, claims, &key.signing)
            .map(SecretString::from)
            .map_err(|error| Fault::new("sign a token", jwt_error(error)))
    }

    /// The `typ` and the claims of a token that one of the keys signed; none for anything else. Does not validate the
    /// claims.
    pub fn verify<C: DeserializeOwned>(&self, token: &str) -> Option<(String, C)> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let mut parts = token.split('.');
        let (header, Some(_), Some(_), None) = (parts.next()?, parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let header: StrictHeader = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let key = self.find(&header.kid)?;
        if header.alg != key.algorithm().name() {
            return None;
        }
        // The library checks only the signature: it reads the machine's clock, and accepts tokens that lack claims.
        let mut signature_only = Validation::new(key.algorithm().of_library());
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        let token = decode(token, &key.verifying, &signature_only).ok()?;
        Some((header.typ, token.claims))
    }

    /// Signs and verifies one token, so that a broken cryptographic library is noticed at start.
    pub fn check(&self) -> Result<(), Fault> {
        const TEXT: &str = "self-test";
        let claims = BTreeMap::from([("sub".to_owned(), TEXT.to_owned())]);
        let token = self.sign(TEXT, &claims)?;
        match self.verify::<BTreeMap<String, String>>(token.expose_secret()) {
            Some((typ, verified)) if typ == TEXT && verified == claims => Ok(()),
            _ => Err(Fault::new(
                "sign and verify a token",
                "the signed token does not verify",
            )),
        }
    }

    /// The key with this id.
    pub fn find(&self, kid: &str) -> Option<&Arc<SigningKey>> {
        self.keys.get(kid)
    }

    /// Whether both have the same keys, and sign with the same one.
    pub fn is_same(&self, other: &Self) -> bool {
        self.signing.kid() == other.signing.kid() && self.keys.keys().eq(other.keys.keys())
    }

    /// The algorithms of all keys, each once.
    pub fn algorithms(&self) -> Vec<SigningAlgorithm> {
        let mut algorithms = Vec::new();
        for key in std::iter::once(&self.signing).chain(self.keys.values()) {
            if !algorithms.contains(&key.algorithm()) {
                algorithms.push(key.algorithm());
            }
        }
        algorithms
    }

    /// The public keys (RFC 7517, section 5); empty for shared secrets.
    pub fn public_keys(&self) -> JwkSet {
        JwkSet {
            keys: self.keys.values().filter_map(|key| key.public.clone()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_self_test_finds_a_key_that_does_not_fit() {
        let made = |algorithm| SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm).unwrap());
        let es256 = || made(SigningAlgorithm::Es256).unwrap();
        let shared = SigningKey::shared(SigningAlgorithm::Hs512, &"a".repeat(64).into()).unwrap();
        for key in [
            es256(),
            made(SigningAlgorithm::EdDsa).unwrap(),
            made(SigningAlgorithm::Rs256).unwrap(),
            shared,
        ] {
            assert!(KeyRing::new(key.into(), []).check().is_ok());
        }
        let broken = SigningKey {
            verifying: es256().verifying,
            ..es256()
        };
        assert!(KeyRing::new(broken.into(), []).check().is_err());
    }
}
