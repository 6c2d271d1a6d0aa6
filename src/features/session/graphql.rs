//! Door: sessions in GraphQL.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::session;
use secrecy::ExposeSecret as _;

use super::{AccessToken, revoke};
use crate::{
    features::user::User,
    platform::{
        failure,
        graphql::{context::operation, error::ApiError, scalars::DateTime, user_error::UserError},
    },
};

/// One signed-in device or client. Same value as the `sid` claim.
#[derive(Debug, Clone)]
pub struct Session {
    session: session::Model,
    is_current: bool,
}

impl Session {
    /// The session of the current request, or the one that it began.
    pub fn current(session: session::Model) -> Self {
        Self {
            session,
            is_current: true,
        }
    }

    /// A session of the caller's, whichever it is.
    pub fn own(session: session::Model, current: entity::SessionId) -> Self {
        Self {
            is_current: session.id == current,
            session,
        }
    }
}

/// One signed-in device or client.
#[Object]
impl Session {
    /// Same value as the `sid` claim of the access tokens.
    pub async fn id(&self) -> ID {
        self.session.id.to_string().into()
    }

    /// Whether this is the session of the current request, or the one that this sign-in began.
    async fn is_current(&self) -> bool {
        self.is_current
    }

    /// Raw User-Agent header at sign-in, cut after 512 characters.
    async fn user_agent(&self) -> Option<&str> {
        self.session.user_agent.as_deref()
    }

    /// IP address at sign-in.
    async fn ip_address(&self) -> Option<&str> {
        self.session.ip_address.as_deref()
    }

    /// Sign-in time.
    async fn created_at(&self) -> DateTime {
        DateTime::from_millis(self.session.created_at)
    }

    /// Last use, to the minute.
    async fn last_used_at(&self) -> DateTime {
        DateTime::from_millis(self.session.last_used_at)
    }

    /// When the session ends if unused.
    async fn expires_at(&self) -> DateTime {
        DateTime::from_millis(self.session.expires_at)
    }
}

/// Tokens of a session.
#[derive(SimpleObject)]
pub struct AuthTokens {
    /// Signed JWT for `Authorization: Bearer`.
    access_token: String,
    /// When the access token stops working.
    access_token_expires_at: DateTime,
}

impl From<&AccessToken> for AuthTokens {
    fn from(token: &AccessToken) -> Self {
        Self {
            access_token: token.token.expose_secret().to_owned(),
            access_token_expires_at: DateTime::from(token.expires_at),
        }
    }
}

/// Why a request counts as not signed in; also the `extensions.reason` of UNAUTHENTICATED errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "failure::UnauthenticatedReason")]
pub enum UnauthenticatedReason {
    /// No token came with the request. Message: `Token is missing!`
    TokenMissing,
    /// Malformed, or wrong in signature, issuer or audience. Message: `Token is invalid!`
    TokenInvalid,
    /// Was valid but ran out: sign in again. Message: `Token is invalid!`
    TokenExpired,
    /// The session was ended: sign in again. Message: `Token is invalid!`
    SessionRevoked,
}

/// The caller.
#[derive(SimpleObject, Default)]
pub(super) struct Viewer {
    /// Whether a valid access token came with the request.
    is_authenticated: bool,
    /// Why not, when `isAuthenticated` is false.
    unauthenticated_reason: Option<UnauthenticatedReason>,
    /// The signed-in user.
    user: Option<User>,
    /// The session in use.
    session: Option<Session>,
}

/// What reads sessions.
#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// Who is calling. Never raises an authentication error; use it for guards, loaders and server-side rendering.
    async fn viewer(&self, context: &Context<'_>) -> Result<Viewer, ApiError> {
        Ok(match operation(context)?.identify().await? {
            Ok(caller) => Viewer {
                is_authenticated: true,
                unauthenticated_reason: None,
                user: Some(User::from(caller)),
                session: Some(Session::current(caller.session.clone())),
            },
            Err(reason) => Viewer {
                unauthenticated_reason: Some(reason.into()),
                ..Viewer::default()
            },
        })
    }
}

/// Result of `logout`.
#[derive(SimpleObject)]
struct LogoutPayload {
    /// Whether a live session was ended.
    was_signed_in: bool,
    /// Always empty in this version.
    user_errors: Vec<UserError>,
}

/// What ends sessions.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// End the current session: its access tokens stop working at once. Succeeds also when there is none.
    async fn logout(&self, context: &Context<'_>) -> Result<LogoutPayload, ApiError> {
        let was_signed_in = revoke::logout(operation(context)?).await?;
        Ok(LogoutPayload {
            was_signed_in,
            user_errors: Vec::new(),
        })
    }
}
