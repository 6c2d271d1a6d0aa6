//! The key with which this server proves to another one who it is, where that asks for a signature instead of a secret.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::platform::failure::Fault;

/// A private key on P-256 that the other server knows by its id.
#[derive(Clone)]
pub struct ClientKey {
    id: String,
    key: EncodingKey,
}

impl ClientKey {
    /// Reads a private key in PKCS #8 and PEM (RFC 7468, section 10); none for anything else.
    pub fn read(id: &str, pem: &SecretString) -> Option<Self> {
        const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
        const END: &str = "-----END PRIVATE KEY-----";
        let (before, rest) = pem.expose_secret().split_once(BEGIN)?;
        let (body, after) = rest.split_once(END)?;
        if !before.trim().is_empty() || !after.trim().is_empty() {
            return None;
        }
        let body: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
        let pkcs8 = Zeroizing::new(STANDARD.decode(body.as_bytes()).ok()?);
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).ok()?;
        Some(Self {
            id: id.to_owned(),
            key: EncodingKey::from_ec_der(&pkcs8),
        })
    }

    /// A JWT with these claims, signed by ES256.
    pub fn sign(&self, claims: &impl Serialize) -> Result<SecretString, Fault> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.clone());
        encode(&header, claims, &self.key)
            .map(SecretString::from)
            .map_err(|error| Fault::new("sign a client secret", error))
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientKey({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm, Ed25519KeyPair},
    };

    use super::*;

    fn pem(label: &str, der: &[u8]) -> SecretString {
        let text = STANDARD.encode(der);
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            lines.join("\n")
        )
        .into()
    }

    fn ecdsa(curve: &'static EcdsaSigningAlgorithm) -> Vec<u8> {
        let document = EcdsaKeyPair::generate_pkcs8(curve, &SystemRandom::new()).unwrap();
        document.as_ref().to_vec()
    }

    #[test]
    fn a_key_on_p256_is_read_and_signs_under_its_id() {
        let der = ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let key = ClientKey::read("ABC123DEFG", &pem("PRIVATE KEY", &der)).unwrap();
        let token = key.sign(&serde_json::json!({ "iss": "TEAM" })).unwrap();
        let (header, rest) = token.expose_secret().split_once('.').unwrap();
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(header)
            .unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(
            header,
            serde_json::json!({ "alg": "ES256", "kid": "ABC123DEFG", "typ": "JWT" })
        );
        assert_eq!(rest.split('.').count(), 2);
        assert_eq!(format!("{key:?}"), "ClientKey(ABC123DEFG)");
    }

    #[test]
    fn other_keys_and_other_texts_are_refused() {
        let p256 = ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let ed25519 = Ed25519KeyPair::generate().unwrap();
        let good = pem("PRIVATE KEY", &p256);
        for text in [
            pem("PRIVATE KEY", &ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING)),
            pem("PRIVATE KEY", ed25519.to_pkcs8().unwrap().as_ref()),
            pem("EC PRIVATE KEY", &p256),
            pem("PRIVATE KEY", &p256[1..]),
            pem("PRIVATE KEY", b""),
            "hunter2".into(),
            "".into(),
            format!("{}{}", good.expose_secret(), good.expose_secret()).into(),
            format!("x{}", good.expose_secret()).into(),
            good.expose_secret().replace("-----END", "-----FIN").into(),
        ] {
            assert!(ClientKey::read("a", &text).is_none());
        }
    }
}
