//! The keys that sign and verify JWTs, by the rules of RFC 8725.

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey, EncodingKey, Header, Validation, decode, encode,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::signing_algorithm::SigningAlgorithm;
use crate::platform::failure::Fault;

/// Maximum length of a token, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// One key, with its id.
pub struct SigningKey {
    /// Key id: the RFC 7638 thumbprint of the public key.
    kid: String,
    algorithm: SigningAlgorithm,
    signing: EncodingKey,
    verifying: DecodingKey,
    /// The public key; none for shared secrets.
    public: Option<Jwk>,
}

impl SigningKey {
    /// A new private key, in PKCS#8 form, for an algorithm whose keys come in pairs.
    ///
    /// Uses the randomness of the cryptographic library, which accepts no other source.
    pub fn generate() -> Result<SecretSlice<u8>, Fault> {
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map(|document| document.as_ref().to_vec().into())
            .map_err(|error| Fault::new("make a signing key", error))
    }

    /// An ES256 key from its PKCS#8 form.
    pub fn es256(pkcs8: &SecretSlice<u8>) -> Result<Self, Fault> {
        let algorithm = SigningAlgorithm::Es256;
        let unusable = |error| Fault::new("read a signing key", jwt_error(error));
        let signing = EncodingKey::from_ec_der(pkcs8.expose_secret());
        let mut public = Jwk::from_encoding_key(&signing, algorithm.of_library()).map_err(unusable)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(unusable)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        let verifying = DecodingKey::from_jwk(&public).map_err(unusable)?;
        Ok(Self {
            kid,
            algorithm,
            signing,
            verifying,
            public: Some(public),
        })
    }

    /// A shared secret, for the HMAC algorithms.
    ///
    /// Its key id is derived from the secret but does not reveal it: everyone with the same secret gets the same id.
    pub fn shared(algorithm: SigningAlgorithm, secret: &SecretString) -> Result<Self, Fault> {
        let bytes = secret.expose_secret().as_bytes();
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, bytes),
            b"portcullis v1 jwt key id",
        );
        let kid = URL_SAFE_NO_PAD.encode(tag.as_ref().get(..12).unwrap_or_default());
        let unusable = |error| Fault::new("read a shared secret", jwt_error(error));
        Ok(Self {
            kid,
            algorithm,
            signing: EncodingKey::from_secret(bytes).map_err(unusable)?,
            verifying: DecodingKey::from_secret(bytes).map_err(unusable)?,
            public: None,
        })
    }

    /// The same key under another id.
    #[cfg(test)]
    #[must_use]
    pub fn with_kid(self, kid: &str) -> Self {
        Self {
            kid: kid.to_owned(),
            ..self
        }
    }

    /// Key id, as in token headers.
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

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
    signing: SigningKey,
    others: BTreeMap<String, SigningKey>,
}

impl KeyRing {
    /// A ring that signs with `signing` and also verifies with `others`.
    pub fn new(signing: SigningKey, others: Vec<SigningKey>) -> Self {
        Self {
            signing,
            others: others.into_iter().map(|key| (key.kid.clone(), key)).collect(),
        }
    }

    /// The key that signs.
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The algorithm of new tokens.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.signing.algorithm
    }

    /// Signs `claims` with the current key, as a token of this `typ`.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<SecretString, Fault> {
        let key = self.signing();
        let mut header = Header::new(key.algorithm.of_library());
        header.typ = Some(typ.to_owned());
        header.kid = Some(key.kid.clone());
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
        if header.alg != key.algorithm.name() {
            return None;
        }
        // The library checks only the signature: it reads the machine's clock, and accepts tokens that lack claims.
        let mut signature_only = Validation::new(key.algorithm.of_library());
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

    fn find(&self, kid: &str) -> Option<&SigningKey> {
        if kid == self.signing.kid {
            Some(&self.signing)
        } else {
            self.others.get(kid)
        }
    }

    /// The public keys (RFC 7517, section 5); empty for shared secrets.
    pub fn public_keys(&self) -> JwkSet {
        let keys = std::iter::once(&self.signing).chain(self.others.values());
        JwkSet {
            keys: keys.filter_map(|key| key.public.clone()).collect(),
        }
    }
}

fn jwt_error(error: jsonwebtoken::errors::Error) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_self_test_finds_a_key_that_does_not_fit() {
        let es256 = || SigningKey::es256(&SigningKey::generate().unwrap()).unwrap();
        let shared = SigningKey::shared(SigningAlgorithm::Hs512, &"a".repeat(64).into()).unwrap();
        for key in [es256(), shared] {
            assert!(KeyRing::new(key, Vec::new()).check().is_ok());
        }
        let broken = SigningKey {
            verifying: es256().verifying,
            ..es256()
        };
        assert!(KeyRing::new(broken, Vec::new()).check().is_err());
    }
}
