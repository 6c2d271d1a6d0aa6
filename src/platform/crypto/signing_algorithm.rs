//! The algorithms that can sign access tokens.

use jsonwebtoken::Algorithm;

/// A JWS algorithm (RFC 7518, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256: small signatures, and services need only the public key to verify.
    #[default]
    Es256,
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
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
    ];

    /// The name in token headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// Minimum size of the shared secret in bytes (RFC 7518, section 3.2); none for key pairs.
    pub const fn secret_bytes(self) -> Option<usize> {
        match self {
            Self::Es256 => None,
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 => Some(64),
        }
    }

    pub(super) const fn of_library(self) -> Algorithm {
        match self {
            Self::Es256 => Algorithm::ES256,
            Self::Hs256 => Algorithm::HS256,
            Self::Hs384 => Algorithm::HS384,
            Self::Hs512 => Algorithm::HS512,
        }
    }
}
