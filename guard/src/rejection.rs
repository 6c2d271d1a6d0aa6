//! Why a token does not count, and why a guard cannot be made.

use std::{error::Error, fmt, sync::Arc};

/// Why a token does not count. No variant contains any part of the token, so all can be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// There is no token.
    Missing,
    /// The token is forged, damaged, or for somebody else. The sentence is for your log, not for the caller: it would
    /// help to forge a better one.
    Invalid(&'static str),
    /// The token was genuine, and its time is over: the client must refresh its session.
    Expired,
    /// The keys of the issuer cannot be fetched, and those that were fetched before are too old to be trusted. This says
    /// nothing about the token: the client should try again.
    KeysUnavailable(FetchError),
}

impl Rejection {
    /// The code of the error, as in answers of Portcullis: `extensions.code`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing | Self::Invalid(_) | Self::Expired => "UNAUTHENTICATED",
            Self::KeysUnavailable(_) => "SERVICE_UNAVAILABLE",
        }
    }

    /// The reason for UNAUTHENTICATED, as in answers of Portcullis: `extensions.reason`.
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Missing => Some("TOKEN_MISSING"),
            Self::Invalid(_) => Some("TOKEN_INVALID"),
            Self::Expired => Some("TOKEN_EXPIRED"),
            Self::KeysUnavailable(_) => None,
        }
    }

    /// A sentence for the caller. It does not say what is wrong with an invalid token.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Missing => "Token is missing!",
            Self::Invalid(_) => "Token is invalid!",
            Self::Expired => "Token has expired!",
            Self::KeysUnavailable(_) => "Tokens cannot be verified at the moment. Try again in some seconds.",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no token"),
            Self::Invalid(problem) => write!(f, "the token {problem}"),
            Self::Expired => f.write_str("the token has expired"),
            Self::KeysUnavailable(error) => write!(f, "there are no keys to verify tokens with: {error}"),
        }
    }
}

impl Error for Rejection {}

/// Why the keys cannot be fetched: a sentence without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError(Arc<str>);

impl FetchError {
    /// An error with this sentence, for the log of the service.
    pub fn new(problem: impl Into<Arc<str>>) -> Self {
        Self(problem.into())
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for FetchError {}

/// Why a guard cannot be made of these settings: a sentence that says what to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub(crate) &'static str);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for ConfigError {}
