//! How a use case can fail: one way for each reader.

use std::{borrow::Cow, error::Error, fmt, sync::Arc, time::Duration};

/// Why a use case gave no output.
#[derive(Debug, Clone)]
pub enum Failure<R> {
    /// An outcome that the person or the form can act on; becomes `userErrors`.
    Refused(R),
    /// The caller may not, or not now; becomes a top-level error with a code.
    Denied(Denied),
    /// Ours; the cause is logged, the caller sees `INTERNAL_SERVER_ERROR` and the request id.
    Fault(Fault),
}

/// A use case's result: its output, or why there is none.
pub type Outcome<T, R = Never> = Result<T, Failure<R>>;

/// The type of refusals of use cases that refuse nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {}

/// Why a request is turned away, in words that are safe to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// Not signed in.
    Unauthenticated(UnauthenticatedReason),
    /// Arguments that no well-behaved client sends; the text tells what to send instead.
    BadUserInput(Cow<'static, str>),
    /// A page of a foreign origin asks for cookies.
    CsrfBlocked,
    /// Too many attempts, from this network or at this account, or too many changes by it.
    RateLimited {
        /// How long the caller should wait before the next try.
        retry_after: Duration,
    },
    /// Something this server needs is down or full. Nothing was changed.
    Unavailable {
        /// How long the caller should wait before the next try.
        retry_after: Duration,
    },
    /// The database did not confirm a commit: the change may have been made.
    OutcomeUnknown {
        /// How long the caller should wait before the next try.
        retry_after: Duration,
    },
}

/// Why a request counts as not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnauthenticatedReason {
    /// No token came with the request.
    TokenMissing,
    /// Malformed, or wrong in signature, issuer or audience.
    TokenInvalid,
    /// Was valid but ran out.
    TokenExpired,
    /// The session was ended, or its user may no longer sign in.
    SessionRevoked,
}

/// A fault of the server: what was being done, and the error that came up.
///
/// It has no `Display`: nothing can turn it into a message for the caller by accident.
#[derive(Clone)]
pub struct Fault {
    doing: &'static str,
    cause: Arc<dyn Error + Send + Sync>,
}

impl Fault {
    /// A fault met while `doing` something, such as "load the user".
    pub fn new(doing: &'static str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            doing,
            cause: Arc::from(cause.into()),
        }
    }

    /// What happened with all its causes, for the log.
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

/// A wait in whole seconds, as callers are told it: never too short (RFC 9110, section 10.2.3).
pub fn whole_seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun).max(1)
}

impl<R> From<Denied> for Failure<R> {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl<R> From<Fault> for Failure<R> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<R> Failure<R> {
    /// The same failure with another refusal.
    pub fn map<S>(self, refusal: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Self::Refused(refused) => Failure::Refused(refusal(refused)),
            Self::Denied(denied) => Failure::Denied(denied),
            Self::Fault(fault) => Failure::Fault(fault),
        }
    }
}

impl<R> Failure<R> {
    /// The same failure after something was committed: that the service is not available no longer means that nothing
    /// was changed.
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

impl Failure<Never> {
    /// The same failure where something can be refused too.
    pub fn widen<R>(self) -> Failure<R> {
        self.map(|never| match never {})
    }
}
