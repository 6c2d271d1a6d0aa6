//! The keys that access tokens are signed and verified with.

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey, EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::{signing_algorithm::SigningAlgorithm, verified_tokens::VerifiedTokens};
use crate::platform::failure::Fault;

/// One key, with its name.
pub struct SigningKey {
    /// Key id: the RFC 7638 thumbprint of the public key.
    pub(super) kid: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) signing: EncodingKey,
    pub(super) verifying: DecodingKey,
    /// What other services may know; none for shared secrets.
    public: Option<Jwk>,
}

impl SigningKey {
    /// A new private key, in PKCS#8 form, for an algorithm whose keys come in pairs.
    ///
    /// The key's randomness is the cryptographic library's own, which has no way to be handed another.
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
    /// Its key id is made with the secret but does not tell it: anyone who holds the same secret gets the same id.
    pub fn shared(algorithm: SigningAlgorithm, secret: &SecretString) -> Self {
        let bytes = secret.expose_secret().as_bytes();
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, bytes),
            b"portcullis v1 jwt key id",
        );
        let kid = URL_SAFE_NO_PAD.encode(tag.as_ref().get(..12).unwrap_or_default());
        Self {
            kid,
            algorithm,
            signing: EncodingKey::from_secret(bytes),
            verifying: DecodingKey::from_secret(bytes),
            public: None,
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

/// All keys: one signs, all verify.
#[derive(Debug)]
pub struct KeyRing {
    pub(super) signing: SigningKey,
    others: BTreeMap<String, SigningKey>,
    pub(super) verified: VerifiedTokens,
}

impl KeyRing {
    /// A ring that signs with `signing` and also verifies with `others`.
    pub fn new(signing: SigningKey, others: Vec<SigningKey>) -> Self {
        Self {
            signing,
            others: others.into_iter().map(|key| (key.kid.clone(), key)).collect(),
            verified: VerifiedTokens::default(),
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

    pub(super) fn find(&self, kid: &str) -> Option<&SigningKey> {
        if kid == self.signing.kid {
            Some(&self.signing)
        } else {
            self.others.get(kid)
        }
    }

    /// The public keys (RFC 7517, section 5); empty where secrets are shared.
    pub fn public_keys(&self) -> JwkSet {
        let keys = std::iter::once(&self.signing).chain(self.others.values());
        JwkSet {
            keys: keys.filter_map(|key| key.public.clone()).collect(),
        }
    }
}

pub(super) fn jwt_error(error: jsonwebtoken::errors::Error) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error)
}
