//! The algorithms that can sign access tokens.

use jsonwebtoken::Algorithm;

/// A JWS algorithm (RFC 7518, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256: small signatures, and services need only the public key to verify.
    #[default]
    Es256,
    /// RSA PKCS #1 v1.5 with SHA-256, on keys of 2048 bits: for services that know nothing newer. Signing takes many
    /// times as long.
    Rs256,
    /// Ed25519 (RFC 8037): small signatures, and quick to sign.
    EdDsa,
    /// HMAC with SHA-256: every service that verifies can also sign.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl SigningAlgorithm {
    /// The algorithms and their names, as configured.
    pub const WORDS: &[(&str, Self)] = &[
        ("ES256", Self::Es256),
        ("RS256", Self::Rs256),
        ("EdDSA", Self::EdDsa),
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
    ];

    /// The algorithm with this name; none for any other name.
    pub fn from_name(name: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(own, _)| *own == name);
        found.map(|(_, algorithm)| *algorithm)
    }

    /// Whether its keys are pairs, whose public half services verify with; otherwise they share a secret.
    pub const fn has_key_pairs(self) -> bool {
        self.secret_bytes().is_none()
    }

    /// The name in token headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// Minimum size of the shared secret in bytes (RFC 7518, section 3.2); none for key pairs.
    pub const fn secret_bytes(self) -> Option<usize> {
        match self {
            Self::Es256 | Self::Rs256 | Self::EdDsa => None,
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 => Some(64),
        }
    }

    pub(super) const fn of_library(self) -> Algorithm {
        match self {
            Self::Es256 => Algorithm::ES256,
            Self::Rs256 => Algorithm::RS256,
            Self::EdDsa => Algorithm::EdDSA,
            Self::Hs256 => Algorithm::HS256,
            Self::Hs384 => Algorithm::HS384,
            Self::Hs512 => Algorithm::HS512,
        }
    }
}
