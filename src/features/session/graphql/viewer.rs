//! The caller in GraphQL.

use async_graphql::{ComplexObject, Context, Enum, SimpleObject};

use super::Session;
use crate::{
    context::{Caller, graphql::operation, second_factor_gate},
    features::user::User,
    platform::failure::{self, Failed},
};

/// Why a request counts as not signed in; also the `extensions.reason` of UNAUTHENTICATED errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "failure::UnauthenticatedReason")]
pub enum UnauthenticatedReason {
    /// No token and no cookie came with the request. Message: `Token is missing!`
    TokenMissing,
    /// Malformed, or wrong in signature, issuer or audience. Message: `Token is invalid!`
    TokenInvalid,
    /// Was valid but has expired: refresh and retry. Message: `Token is invalid!`
    TokenExpired,
    /// The session was ended: sign in again. Message: `Token is invalid!`
    SessionRevoked,
}

/// The caller.
#[derive(SimpleObject, Default)]
#[graphql(complex)]
pub(super) struct Viewer {
    /// Whether a valid access token or session cookie came with the request. A valid service token counts too if no
    /// other field of `viewer` is selected.
    is_authenticated: bool,
    /// Why not, when `isAuthenticated` is false.
    unauthenticated_reason: Option<UnauthenticatedReason>,
    /// The signed-in user.
    user: Option<User>,
    /// The session in use.
    session: Option<Session>,
}

/// Why a session may do little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum ForbiddenReason {
    /// A role asks for a second factor: set one up, or prove it by `reauthenticate`.
    MfaRequired,
}

/// The caller.
#[ComplexObject]
impl Viewer {
    /// Why nearly everything is refused to this session; null when nothing is. Also the `extensions.reason` of
    /// FORBIDDEN errors.
    async fn forbidden_reason(&self, context: &Context<'_>) -> Result<Option<ForbiddenReason>, Failed> {
        let operation = operation(context)?;
        if self.session.is_none() {
            return Ok(None);
        }
        let caller = operation.caller_before_mfa().await?;
        let is_missing = second_factor_gate::is_missing(&operation.app, caller).await?;
        Ok(is_missing.then_some(ForbiddenReason::MfaRequired))
    }
}

impl Viewer {
    /// All that a service token can read while the session is alive.
    pub(super) fn of_service() -> Self {
        Self {
            is_authenticated: true,
            ..Self::default()
        }
    }
}

impl From<&Caller> for Viewer {
    fn from(caller: &Caller) -> Self {
        Self {
            is_authenticated: true,
            unauthenticated_reason: None,
            user: Some(User::from(caller)),
            session: Some(Session::current(caller.session.clone())),
        }
    }
}

impl From<failure::UnauthenticatedReason> for Viewer {
    fn from(reason: failure::UnauthenticatedReason) -> Self {
        Self {
            unauthenticated_reason: Some(reason.into()),
            ..Self::default()
        }
    }
}
