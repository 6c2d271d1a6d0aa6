//! Use case: a service asks with its token whether the session is alive. The token allows nothing else.
//!
//! This does not count as a use of the session: it neither extends the session nor records the service's address.

use entity::{SessionId, UserId};
use secrecy::ExposeSecret as _;

use crate::{
    context::{
        OpContext, SessionState, access_token::audience, claimed_ids, find_session_with_user, session_state,
    },
    platform::failure::{Failed, UnauthenticatedReason},
};

/// Whether the bearer token is a service token, even an expired one.
pub(super) fn came_with(context: &OpContext) -> bool {
    !matches!(
        claimed(context),
        None | Some(Err(UnauthenticatedReason::TokenInvalid))
    )
}

/// Whether the bearer token is a valid service token whose session is alive.
pub(super) async fn is_live(context: &OpContext) -> Result<bool, Failed> {
    let Some(Ok((session_id, user_id))) = claimed(context) else {
        return Ok(false);
    };
    let app = &context.app;
    let found = find_session_with_user(&app.db, session_id).await?;
    Ok(found.is_some_and(|(session, user)| {
        user.id == user_id && session_state(&session, &user, app.clock.now()) == SessionState::Alive
    }))
}

/// The session and user that the token names; none without a bearer token, or if there are no service tokens.
fn claimed(context: &OpContext) -> Option<Result<(SessionId, UserId), UnauthenticatedReason>> {
    let app = &context.app;
    let expected = audience::of_services(&app.config)?;
    let token = context.bearer_token()?.expose_secret();
    let verified = app.tokens.verify(token, &expected, app.clock.now());
    Some(verified.and_then(|signed| claimed_ids(&signed.claims)))
}
