//! The ways in which a use case can fail, by who handles them.

use std::{borrow::Cow, convert::Infallible, error::Error, fmt, sync::Arc, time::Duration};

/// The result of a use case that can refuse; one that cannot returns `Result<T, Failed>`.
pub type Outcome<T, R> = Result<T, Failure<R>>;

/// Why a use case gave no output.
#[derive(Debug, Clone)]
pub enum Failure<R> {
    /// The user can correct it in the form; becomes `userErrors`.
    Refused(R),
    /// Anything else; becomes a top-level error.
    Failed(Failed),
}

/// Why a request failed, for any operation.
///
/// It has no `Display`, so that neither it nor the cause inside can become a public message through
/// async-graphql's blanket conversion.
#[derive(Debug, Clone)]
pub enum Failed {
    /// The request is not allowed, or not at the moment; becomes a top-level error with a code.
    Denied(Denied),
    /// A fault of the server: the cause is logged, the caller sees `INTERNAL_SERVER_ERROR` and the request id.
    Fault(Fault),
}

/// Marks the refusals of a use case. `?` and `into` turn them into [`Failure::Refused`].
pub trait Refusal {}

impl<R: Refusal> Refusal for Vec<R> {}

impl Refusal for UnauthenticatedReason {}

/// Why a request is denied, without details that must stay private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// Not signed in.
    Unauthenticated(UnauthenticatedReason),
    /// Arguments that no well-behaved client sends; the text says what to send instead.
    BadUserInput(Cow<'static, str>),
    /// A page of a foreign origin requests cookies.
    CsrfBlocked,
    /// Needs a right that the caller does not have.
    Forbidden,
    /// A role of the caller needs a second factor, and the session has none.
    MfaRequired,
    /// Too many attempts from this network or on this account, or too many changes by it.
    RateLimited {
        /// How long the caller should wait before the next try.
        retry_after: Duration,
    },
    /// A dependency of this server is down or full. Nothing was changed.
    Unavailable {
        /// How long the caller should wait before the next try.
        retry_after: Duration,
    },
    /// The database did not confirm a commit: it is unknown whether the change was made.
    OutcomeUnknown {
        /// How long the caller should wait before the next try.
        retry_after: Duration,
    },
}

/// Why a request counts as not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnauthenticatedReason {
    /// No token and no cookie came with the request.
    TokenMissing,
    /// Malformed, or wrong in signature, issuer or audience.
    TokenInvalid,
    /// The access token has expired.
    TokenExpired,
    /// The session was revoked, has expired or was deleted, or its user can no longer sign in.
    SessionRevoked,
}

/// A fault of the server: the failed action, and its cause.
///
/// It has no `Display`, so that nothing can turn it into a message for the caller by accident.
#[derive(Clone)]
pub struct Fault {
    doing: &'static str,
    cause: Arc<dyn Error + Send + Sync>,
}

impl Fault {
    /// A fault while `doing` something, such as "load the user".
    pub fn new(doing: &'static str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            doing,
            cause: Arc::from(cause.into()),
        }
    }

    /// The message with all causes, for the log.
    pub fn chain(&self) -> String {
        let mut text = format!("could not {}: {}", self.doing, self.cause);
        let mut next = self.cause.source();
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain())
    }
}

/// A wait in whole seconds, rounded up, at least one (RFC 9110, section 10.2.3).
pub fn whole_seconds(wait: Duration) -> u64 {
    let remainder = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(remainder).max(1)
}

impl From<Denied> for Failed {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<R: Refusal> From<R> for Failure<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

impl<R> From<Failed> for Failure<R> {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl<R> From<Denied> for Failure<R> {
    fn from(denied: Denied) -> Self {
        Self::Failed(denied.into())
    }
}

impl<R> From<Fault> for Failure<R> {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault.into())
    }
}

impl From<Failure<Infallible>> for Failed {
    fn from(failure: Failure<Infallible>) -> Self {
        match failure {
            Failure::Refused(never) => match never {},
            Failure::Failed(failed) => failed,
        }
    }
}

impl<R> Failure<R> {
    /// The same failure with another refusal.
    pub fn map<S>(self, map: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Self::Refused(refusal) => Failure::Refused(map(refusal)),
            Self::Failed(failed) => Failure::Failed(failed),
        }
    }

    /// The refusal, for the payload; anything else stays an error.
    pub fn refusal(self) -> Result<R, Failed> {
        match self {
            Self::Refused(refusal) => Ok(refusal),
            Self::Failed(failed) => Err(failed),
        }
    }
}

impl Failed {
    /// The same failure after a commit: "unavailable" must no longer mean that nothing was changed.
    #[must_use]
    pub fn after_commit(self) -> Self {
        match self {
            Self::Denied(Denied::Unavailable { retry_after }) => {
                Self::Denied(Denied::OutcomeUnknown { retry_after })
            }
            other => other,
        }
    }
}
