//! The private key of a passkey.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use ciborium::Value as Cbor;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

pub(super) enum Key {
    Es256(Box<SigningKey>),
    EdDsa(Box<Ed25519KeyPair>),
    Rs256(Box<RsaKeyPair>),
}

impl Key {
    pub(super) fn es256(seed: &[u8]) -> Self {
        Self::Es256(Box::new(SigningKey::from_slice(seed).unwrap()))
    }

    pub(super) fn ed25519(seed: &[u8]) -> Self {
        Self::EdDsa(Box::new(Ed25519KeyPair::from_seed_unchecked(seed).unwrap()))
    }

    /// Another one each time.
    pub(super) fn rsa() -> Self {
        Self::Rs256(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()))
    }

    /// The public key in COSE form.
    pub(super) fn cose(&self) -> Cbor {
        let numbers = |list: &[(i64, i64)]| {
            list.iter()
                .map(|&(k, v)| (k.into(), v.into()))
                .collect::<Vec<_>>()
        };
        let bytes = |label: i64, bytes: &[u8]| (label.into(), Cbor::Bytes(bytes.to_vec()));
        Cbor::Map(match self {
            Key::Es256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = (point.x().unwrap(), point.y().unwrap());
                [
                    numbers(&[(1, 2), (3, -7), (-1, 1)]),
                    vec![bytes(-2, x), bytes(-3, y)],
                ]
                .concat()
            }
            Key::EdDsa(key) => {
                let key = key.public_key();
                [
                    numbers(&[(1, 1), (3, -8), (-1, 6)]),
                    vec![bytes(-2, key.as_ref())],
                ]
                .concat()
            }
            Key::Rs256(key) => {
                let key = key.public_key();
                let modulus = key.modulus().big_endian_without_leading_zero();
                let exponent = key.exponent().big_endian_without_leading_zero();
                [
                    numbers(&[(1, 3), (3, -257)]),
                    vec![bytes(-1, modulus), bytes(-2, exponent)],
                ]
                .concat()
            }
        })
    }

    /// Its COSE number.
    pub(super) fn algorithm(&self) -> i32 {
        match self {
            Key::Es256(_) => -7,
            Key::EdDsa(_) => -8,
            Key::Rs256(_) => -257,
        }
    }

    /// A signature as WebAuthn carries it.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Key::Es256(key) => {
                let signature: Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Key::EdDsa(key) => key.sign(message).as_ref().to_vec(),
            Key::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let random = SystemRandom::new();
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
        }
    }
}
