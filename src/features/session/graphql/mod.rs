//! Sessions in GraphQL.

mod list;
mod session;
mod subscription;
mod token_preview;
mod tokens;
mod viewer;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::SecretString;

pub use self::{
    list::SessionPages,
    session::{AuthMethod, Session},
    subscription::SessionSubscription,
    tokens::{AuthTokens, TokenDelivery, forget_cookies},
};
use self::{
    token_preview::{ClaimsPreset, TokenPreview},
    viewer::Viewer,
};
use super::{
    preview,
    refresh::{self, Refused},
    revoke::{self, NotFound},
    service_token,
};
use crate::{
    context::graphql::{
        operation, signed_in,
        user_error::{UserError, UserErrorCode},
    },
    features::{device::DeviceNameProblem, user::User},
    platform::failure::{Failed, Failure},
};

/// The query of the caller.
#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// Who is calling. Never raises an authentication error; use it for guards, loaders and server-side rendering.
    async fn viewer(&self, context: &Context<'_>) -> Result<Viewer, Failed> {
        let operation = operation(context)?;
        match operation.identify().await {
            Ok(caller) => Ok(caller.into()),
            Err(Failure::Refused(reason)) => {
                let is_service = asks_only_is_authenticated(context)
                    && Box::pin(service_token::is_live(operation)).await?;
                Ok(if is_service {
                    Viewer::of_service()
                } else {
                    reason.into()
                })
            }
            Err(Failure::Failed(failed)) => Err(failed),
        }
    }

    /// The claims that one's next token for services would carry, under a claims preset. That token is `serviceToken` where
    /// services have an audience of their own, else `accessToken`. Nothing is signed. If not signed in: null, and an
    /// UNAUTHENTICATED error.
    async fn token_preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Shape of the claims; the configured one when left out.")] preset: Option<
            ClaimsPreset,
        >,
    ) -> Option<Result<TokenPreview, Failed>> {
        Some(Box::pin(previewed(context, preset)).await)
    }
}

async fn previewed(context: &Context<'_>, preset: Option<ClaimsPreset>) -> Result<TokenPreview, Failed> {
    let caller = signed_in(context).await?;
    let previewed = preview::preview(operation(context)?, caller, preset.map(Into::into)).await?;
    Ok(previewed.into())
}

/// Whether only `isAuthenticated` is selected of `viewer`.
fn asks_only_is_authenticated(context: &Context<'_>) -> bool {
    let viewer = context.field();
    let mut fields = viewer.selection_set();
    fields.all(|field| matches!(field.name(), "isAuthenticated" | "__typename"))
}

/// Input of `refreshSession`.
#[derive(InputObject)]
struct RefreshSessionInput {
    /// The refresh token. Omit it when it is in the cookie.
    refresh_token: Option<SecretString>,
}

/// Result of `refreshSession`.
#[derive(SimpleObject, Default)]
struct RefreshSessionPayload {
    /// The account; null on failure.
    user: Option<User>,
    /// The session; null on failure.
    session: Option<Session>,
    /// The new tokens, delivered as chosen at sign-in; null on failure.
    tokens: Option<AuthTokens>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Input of `logout`.
#[derive(InputObject)]
struct LogoutInput {
    /// For clients that hold a refresh token and no live access token.
    refresh_token: Option<SecretString>,
}

/// Result of `logout`.
#[derive(SimpleObject)]
struct LogoutPayload {
    /// Whether a live session was ended.
    was_signed_in: bool,
    /// Always empty in this version.
    user_errors: Vec<UserError>,
}

/// Input of `revokeSession`.
#[derive(InputObject)]
struct RevokeSessionInput {
    /// Id of the session.
    session_id: ID,
}

/// Result of `revokeSession`.
#[derive(SimpleObject)]
struct RevokeSessionPayload {
    /// Id of the ended session, to evict it from caches; null on failure.
    revoked_session_id: Option<ID>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `revokeOtherSessions`.
#[derive(SimpleObject)]
struct RevokeOtherSessionsPayload {
    /// Ids of the ended sessions, to evict them from caches.
    revoked_session_ids: Vec<ID>,
    /// Always empty in this version.
    user_errors: Vec<UserError>,
}

/// The mutations that refresh and end sessions.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Trade a refresh token (from the input or the cookie) for new tokens; the old one stops working. A used token
    /// that comes back after more than some seconds, or from another program, counts as stolen and ends the session.
    /// Codes: REQUIRED, REFRESH_TOKEN_INVALID, ACCOUNT_DISABLED.
    async fn refresh_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token to trade; omit it when it is in the cookie.")] input: Option<
            RefreshSessionInput,
        >,
    ) -> Result<RefreshSessionPayload, Failed> {
        let operation = operation(context)?;
        let given = input.and_then(|input| input.refresh_token);
        let by_cookie = given.is_none();
        match refresh::refresh(operation, given).await {
            Ok(output) => Ok(RefreshSessionPayload {
                tokens: Some(AuthTokens::deliver(context, &output.tokens)),
                user: Some(User::signed_in(output.user, output.roles, &output.session)),
                session: Some(Session::current(output.session)),
                user_errors: Vec::new(),
            }),
            Err(failure) => {
                let refused = failure.refusal()?;
                if by_cookie {
                    forget_cookies(context, operation)?;
                }
                Ok(RefreshSessionPayload {
                    user_errors: vec![refused.into()],
                    ..RefreshSessionPayload::default()
                })
            }
        }
    }

    /// End the current session: its tokens stop working at once, and its cookies are cleared. The current session is
    /// that of the bearer token, else that of the cookies. Also succeeds if there is none; a service token is refused.
    async fn logout(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Needed only without a live access token.")] input: Option<LogoutInput>,
    ) -> Result<LogoutPayload, Failed> {
        let operation = operation(context)?;
        let signed_out = revoke::logout(operation, input.and_then(|input| input.refresh_token)).await?;
        if signed_out.ends_cookies {
            forget_cookies(context, operation)?;
        }
        Ok(LogoutPayload {
            was_signed_in: signed_out.was_alive,
            user_errors: Vec::new(),
        })
    }

    /// End one of the caller's sessions. Needs sign-in. Codes: NOT_FOUND. After too many changes: RATE_LIMITED.
    async fn revoke_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload, Failed> {
        match revoke::revoke_one(operation(context)?, &input.session_id).await {
            Ok(id) => Ok(RevokeSessionPayload {
                revoked_session_id: Some(id.to_string().into()),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(RevokeSessionPayload {
                revoked_session_id: None,
                user_errors: vec![failure.refusal()?.into()],
            }),
        }
    }

    /// End all sessions of the caller except the current one. Needs sign-in. After too many changes: RATE_LIMITED.
    async fn revoke_other_sessions(
        &self,
        context: &Context<'_>,
    ) -> Result<RevokeOtherSessionsPayload, Failed> {
        let ids = revoke::revoke_others(operation(context)?).await?;
        Ok(RevokeOtherSessionsPayload {
            revoked_session_ids: ids.iter().map(|id| id.to_string().into()).collect(),
            user_errors: Vec::new(),
        })
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Required => Self::at(
                "refreshToken",
                UserErrorCode::Required,
                "Send the refresh token, in the input or in its cookie.",
            ),
            // One message for every reason: why a token is refused must not be revealed.
            Refused::InvalidToken => Self::new(
                UserErrorCode::RefreshTokenInvalid,
                "Your session has ended. Please sign in again.",
            ),
            Refused::AccountDisabled => Self::account_disabled(),
        }
    }
}

impl From<NotFound> for UserError {
    fn from(_: NotFound) -> Self {
        let message = "You have no live session with this id.";
        Self::at("sessionId", UserErrorCode::NotFound, message)
    }
}

impl From<DeviceNameProblem> for UserError {
    fn from(problem: DeviceNameProblem) -> Self {
        let code = match problem {
            DeviceNameProblem::TooLong => UserErrorCode::TooLong,
            DeviceNameProblem::InvalidCharacters => UserErrorCode::InvalidCharacters,
        };
        Self::at("deviceName", code, problem.message())
    }
}
