//! Errors as GraphQL clients see them: a sentence that says what to do, and a stable code.

use async_graphql::{Enum, ErrorExtensionValues, resolver_utils::EnumType as _};

use crate::platform::failure::{Denied, Failed, UnauthenticatedReason, whole_seconds};

/// Values of `extensions.code` on top-level errors. More can be added at any time: keep a default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RequestErrorCode {
    /// Not a well-formed GraphQL-over-HTTP request (HTTP 400).
    BadRequest,
    /// Sent to a host name that is not this server's (HTTP 421).
    MisdirectedRequest,
    /// Method other than GET or POST, or a mutation over GET (HTTP 405).
    MethodNotAllowed,
    /// No acceptable response media type (HTTP 406).
    NotAcceptable,
    /// Body larger than allowed (HTTP 413).
    PayloadTooLarge,
    /// POST body is not application/json (HTTP 415).
    UnsupportedMediaType,
    /// Cross-site request refused (HTTP 403).
    CsrfBlocked,
    /// The document does not parse.
    GraphqlParseFailed,
    /// The document does not validate.
    GraphqlValidationFailed,
    /// Variables do not fit their types.
    BadUserInput,
    /// `operationName` names no operation.
    OperationResolutionFailure,
    /// A limit of `serverInfo.documentLimits` was exceeded.
    QueryLimitExceeded,
    /// Introspection is switched off.
    IntrospectionDisabled,
    /// Unknown hash: send the document once (automatic persisted queries).
    PersistedQueryNotFound,
    /// Only registered documents are accepted.
    DocumentNotTrusted,
    /// Not signed in; see `extensions.reason`.
    Unauthenticated,
    /// Signed in, but not permitted.
    Forbidden,
    /// No such path (HTTP 404).
    NotFound,
    /// The request took too long to arrive (HTTP 408).
    RequestTimeout,
    /// Too many attempts or changes; see `extensions.retryAfterSeconds`.
    RateLimited,
    /// Fault of the server; quote `extensions.requestId`.
    InternalServerError,
    /// Busy, a dependency is down, or the request took longer than `request_timeout`; retry later. With
    /// `extensions.outcome: UNKNOWN` it is unknown whether the change was made: read the data, or repeat the request.
    ServiceUnavailable,
}

impl RequestErrorCode {
    /// Every code.
    pub fn all() -> Vec<Self> {
        Self::items().iter().map(|item| item.value).collect()
    }

    /// The code as written in `extensions.code`.
    pub fn as_str(self) -> &'static str {
        let item = Self::items().iter().find(|item| item.value == self);
        item.map_or("", |item| item.name)
    }
}

/// `extensions.outcome` if it is unknown whether the change was made.
pub const OUTCOME_UNKNOWN: &str = "UNKNOWN";

/// `extensions.reason` of FORBIDDEN errors, if a role of the caller needs a second factor that the session lacks.
pub const MFA_REQUIRED: &str = "MFA_REQUIRED";

/// `extensions.reason` of UNAUTHENTICATED errors.
pub const fn reason(reason: UnauthenticatedReason) -> &'static str {
    match reason {
        UnauthenticatedReason::TokenMissing => "TOKEN_MISSING",
        UnauthenticatedReason::TokenInvalid => "TOKEN_INVALID",
        UnauthenticatedReason::TokenExpired => "TOKEN_EXPIRED",
        UnauthenticatedReason::SessionRevoked => "SESSION_REVOKED",
    }
}

impl From<Failed> for async_graphql::Error {
    fn from(error: Failed) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        let (code, message) = match &error {
            Failed::Denied(Denied::Unauthenticated(why)) => {
                extensions.set("reason", reason(*why));
                let message = match why {
                    UnauthenticatedReason::TokenMissing => "Token is missing!",
                    _ => "Token is invalid!",
                };
                (RequestErrorCode::Unauthenticated, message.to_owned())
            }
            Failed::Denied(Denied::BadUserInput(message)) => {
                (RequestErrorCode::BadUserInput, message.to_string())
            }
            Failed::Denied(Denied::CsrfBlocked) => (
                RequestErrorCode::CsrfBlocked,
                "A page of another origin requests cookies. Add its origin to `cors_origins`, or request the tokens \
                 in the body."
                    .to_owned(),
            ),
            Failed::Denied(Denied::Forbidden) => (
                RequestErrorCode::Forbidden,
                "This is not permitted.".to_owned(),
            ),
            Failed::Denied(Denied::MfaRequired) => {
                extensions.set("reason", MFA_REQUIRED);
                (
                    RequestErrorCode::Forbidden,
                    "A role of this account needs a second factor: set one up, or prove it with `reauthenticate`."
                        .to_owned(),
                )
            }
            Failed::Denied(Denied::RateLimited { retry_after }) => {
                extensions.set("retryAfterSeconds", whole_seconds(*retry_after));
                (
                    RequestErrorCode::RateLimited,
                    "Too many attempts or changes. Try again later.".to_owned(),
                )
            }
            Failed::Denied(Denied::Unavailable { retry_after }) => {
                extensions.set("retryAfterSeconds", whole_seconds(*retry_after));
                (
                    RequestErrorCode::ServiceUnavailable,
                    "The service is busy or not available. Try again later.".to_owned(),
                )
            }
            Failed::Denied(Denied::OutcomeUnknown { retry_after }) => {
                extensions.set("retryAfterSeconds", whole_seconds(*retry_after));
                extensions.set("outcome", OUTCOME_UNKNOWN);
                (
                    RequestErrorCode::ServiceUnavailable,
                    "The database did not confirm the change. Check whether it was made before you try again."
                        .to_owned(),
                )
            }
            Failed::Fault(_) => (
                RequestErrorCode::InternalServerError,
                "Something went wrong on our side.".to_owned(),
            ),
        };
        extensions.set("code", code.as_str());
        let mut public = Self::new(message);
        if let Failed::Fault(fault) = error {
            public.source = Some(std::sync::Arc::new(fault));
        }
        public.extensions = Some(extensions);
        public
    }
}
