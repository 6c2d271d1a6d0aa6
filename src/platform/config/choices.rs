//! Settings that are one or several of a few words.

use std::io::IsTerminal;

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

/// What stands between this server and PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabasePooler {
    /// Nothing, or a pooler that gives a connection a session of the database for as long as it lives.
    Session,
    /// A pooler that gives it one for a transaction at a time.
    Transaction,
}

impl DatabasePooler {
    /// The kinds and their names.
    pub(super) const WORDS: &[(&str, Self)] =
        &[("session", Self::Session), ("transaction", Self::Transaction)];
}
