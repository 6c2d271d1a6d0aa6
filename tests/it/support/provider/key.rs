//! The keys with which the provider of the tests signs.

use std::sync::LazyLock;

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
        RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Making an RSA key takes long; one is enough for all tests.
static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// A private key for one algorithm.
pub(super) struct Key {
    pub(super) kid: String,
    pub(super) method: &'static str,
    private: Private,
}

enum Private {
    Ecdsa(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rsa(&'static dyn RsaEncoding),
}

impl Key {
    /// A new key; with RSA, always the same.
    pub(super) fn new(kid: &str, method: &'static str) -> Self {
        let private = match method {
            "ES256" => Private::Ecdsa(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()),
            "ES384" => Private::Ecdsa(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()),
            "EdDSA" => Private::EdDsa(Ed25519KeyPair::generate().unwrap()),
            "RS256" => Private::Rsa(&RSA_PKCS1_SHA256),
            "RS384" => Private::Rsa(&RSA_PKCS1_SHA384),
            "RS512" => Private::Rsa(&RSA_PKCS1_SHA512),
            "PS256" => Private::Rsa(&RSA_PSS_SHA256),
            "PS384" => Private::Rsa(&RSA_PSS_SHA384),
            "PS512" => Private::Rsa(&RSA_PSS_SHA512),
            other => panic!("no key for {other}"),
        };
        Self {
            kid: kid.to_owned(),
            method,
            private,
        }
    }

    /// The public half, as published.
    pub(super) fn jwk(&self) -> Value {
        let mut jwk = match &self.private {
            Private::Ecdsa(key) => {
                let (x, y) =
                    key.public_key().as_ref()[1..].split_at(if self.method == "ES256" { 32 } else { 48 });
                let crv = if self.method == "ES256" { "P-256" } else { "P-384" };
                json!({ "kty": "EC", "crv": crv, "x": base64(x), "y": base64(y) })
            }
            Private::EdDsa(key) => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(key.public_key()) }),
            Private::Rsa(_) => {
                let key = RSA.public_key();
                let (n, e) = (key.modulus(), key.exponent());
                json!({
                    "kty": "RSA",
                    "n": base64(n.big_endian_without_leading_zero()),
                    "e": base64(e.big_endian_without_leading_zero()),
                })
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    fn sign(&self, message: &str) -> Vec<u8> {
        let (message, rng) = (message.as_bytes(), SystemRandom::new());
        match &self.private {
            Private::Ecdsa(key) => key.sign(&rng, message).unwrap().as_ref().to_vec(),
            Private::EdDsa(key) => key.sign(message).as_ref().to_vec(),
            Private::Rsa(encoding) => {
                let mut signature = vec![0; RSA.public_modulus_len()];
                RSA.sign(*encoding, &rng, message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// A token with this header and these claims.
    pub(super) fn token(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        format!("{message}.{}", base64(self.sign(&message)))
    }
}

/// A token that nobody has signed.
pub(super) fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.", message(header, claims))
}

/// A token signed with a shared secret.
pub(super) fn with_secret(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", base64(tag))
}

fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64(header.to_string()), base64(claims.to_string()))
}

pub(super) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
