//! Settings that are one or several of a few words.

use std::io::IsTerminal;

/// How tokens are signed (RFC 7518, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwtAlgorithm {
    /// ECDSA on P-256 with SHA-256, with a key that this server makes.
    Es256,
    /// HMAC with SHA-256 and a shared secret.
    Hs256,
    /// HMAC with SHA-384 and a shared secret.
    Hs384,
    /// HMAC with SHA-512 and a shared secret.
    Hs512,
}

impl JwtAlgorithm {
    /// The algorithms and their names in the `alg` header.
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("ES256", Self::Es256),
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
    ];

    /// Bytes that a shared secret must have at least: as many as the hash (RFC 7518, section 3.2). `None` for
    /// algorithms without one.
    pub fn least_secret_bytes(self) -> Option<usize> {
        match self {
            Self::Es256 => None,
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 => Some(64),
        }
    }
}

/// A claim about the user that an access token can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JwtClaim {
    /// `name`.
    Name,
    /// `email`.
    Email,
    /// `email_verified`.
    EmailVerified,
    /// `roles`.
    Roles,
}

impl JwtClaim {
    /// The claims and their names.
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("name", Self::Name),
        ("email", Self::Email),
        ("email_verified", Self::EmailVerified),
        ("roles", Self::Roles),
    ];
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

impl LogFormat {
    /// The formats and their names.
    pub(super) const WORDS: &[(&str, Self)] =
        &[("auto", Self::Auto), ("text", Self::Text), ("json", Self::Json)];

    /// Whether lines written to `output` are JSON.
    pub fn is_json(self, output: &impl IsTerminal) -> bool {
        match self {
            Self::Auto => !output.is_terminal(),
            Self::Text => false,
            Self::Json => true,
        }
    }
}
