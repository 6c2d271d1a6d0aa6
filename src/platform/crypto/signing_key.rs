//! One key that signs and verifies JWTs.

use std::fmt;

use aws_lc_rs::{
    encoding::AsDer as _,
    error::Unspecified,
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey, EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::signing_algorithm::SigningAlgorithm;
use crate::platform::failure::Fault;

/// One key, with its id.
pub struct SigningKey {
    /// Key id: the RFC 7638 thumbprint of the public key.
    pub(super) kid: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) signing: EncodingKey,
    pub(super) verifying: DecodingKey,
    /// The public key; none for shared secrets.
    pub(super) public: Option<Jwk>,
}

impl SigningKey {
    /// A new private key, in PKCS#8 form, for an algorithm whose keys come in pairs.
    ///
    /// Uses the randomness of the cryptographic library, which accepts no other source.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<SecretSlice<u8>, Fault> {
        let failed = |error: Unspecified| Fault::new("make a signing key", error);
        match algorithm {
            SigningAlgorithm::Es256 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                    .map(|document| document.as_ref().to_vec().into())
                    .map_err(failed)
            }
            // Version 1, without the public key: the library takes no other.
            SigningAlgorithm::EdDsa => Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
                .map(|document| document.as_ref().to_vec().into())
                .map_err(failed),
            SigningAlgorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048)
                .and_then(|pair| pair.as_der())
                .map(|document| document.as_ref().to_vec().into())
                .map_err(failed),
            SigningAlgorithm::Hs256 | SigningAlgorithm::Hs384 | SigningAlgorithm::Hs512 => {
                Err(Fault::new("make a signing key", "its secret is configured"))
            }
        }
    }

    /// The key from its PKCS#8 form.
    pub fn from_pkcs8(algorithm: SigningAlgorithm, pkcs8: &SecretSlice<u8>) -> Result<Self, Fault> {
        let unusable = |error| Fault::new("read a signing key", jwt_error(error));
        let der = pkcs8.expose_secret();
        let signing = match algorithm {
            SigningAlgorithm::Rs256 => {
                let inner = rsa_private_key(der);
                EncodingKey::from_rsa_der(inner.ok_or_else(|| {
                    Fault::new(
                        "read a signing key",
                        "it is no RSA key of 2048 bits in PKCS#8 form",
                    )
                })?)
            }
            SigningAlgorithm::EdDsa => EncodingKey::from_ed_der(der),
            _ => EncodingKey::from_ec_der(der),
        };
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

    /// The algorithm that it signs with.
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
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

/// What surrounds the private key in a PKCS#8 document of an RSA key (RFC 5208, section 5; RFC 8017, appendix A.1):
/// the beginning, the version with the algorithm, and the beginning of the octet string. A length of two bytes follows
/// the first and the last one.
const RSA_PKCS8: [&[u8]; 3] = [
    &[0x30, 0x82],
    &[
        0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05,
        0x00,
    ],
    &[0x04, 0x82],
];

/// The PKCS#1 form in a PKCS#8 document, which the cryptographic library writes but does not read again. With keys of 2048
/// bits, both lengths have two bytes.
fn rsa_private_key(pkcs8: &[u8]) -> Option<&[u8]> {
    let [outer, algorithm, inner] = RSA_PKCS8;
    let rest = sized(pkcs8.strip_prefix(outer)?)?.strip_prefix(algorithm)?;
    sized(rest.strip_prefix(inner)?)
}

/// The content after its length of two bytes, if nothing else follows.
fn sized(bytes: &[u8]) -> Option<&[u8]> {
    let (length, content) = bytes.split_first_chunk::<2>()?;
    (content.len() == usize::from(u16::from_be_bytes(*length))).then_some(content)
}

pub(super) fn jwt_error(error: jsonwebtoken::errors::Error) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_an_rsa_key_of_2048_bits_is_read_as_one() {
        let pkcs8 = SigningKey::generate(SigningAlgorithm::Rs256).unwrap();
        let der = pkcs8.expose_secret().to_vec();
        assert!(RsaKeyPair::from_der(rsa_private_key(&der).unwrap()).is_ok());
        for length in 0..der.len() {
            assert!(rsa_private_key(&der[..length]).is_none(), "{length}");
        }
        let longer = [der.as_slice(), &[0]].concat();
        assert!(rsa_private_key(&longer).is_none());
        for other in [SigningAlgorithm::Es256, SigningAlgorithm::EdDsa] {
            let pkcs8 = SigningKey::generate(other).unwrap();
            assert!(SigningKey::from_pkcs8(SigningAlgorithm::Rs256, &pkcs8).is_err());
            assert!(SigningKey::from_pkcs8(other, &der.clone().into()).is_err());
        }
    }
}
