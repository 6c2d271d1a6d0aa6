//! Use case: find out who calls, from what the request brought.

use entity::{SessionId, UserId};
use futures_util::future::BoxFuture;
use secrecy::ExposeSecret as _;

use super::{
    model::{State, state},
    store,
};
use crate::platform::{
    crypto::Expected,
    failure::{Outcome, UnauthenticatedReason},
    identity::{Authenticator, Caller, Credential},
    op_context::OpContext,
};

/// Authenticates by access token and session.
#[derive(Debug, Clone, Copy)]
pub struct SessionAuthenticator;

impl Authenticator for SessionAuthenticator {
    fn authenticate<'a>(
        &'a self,
        context: &'a OpContext,
        credential: &'a Credential,
    ) -> BoxFuture<'a, Outcome<Result<Caller, UnauthenticatedReason>>> {
        Box::pin(authenticate(context, credential))
    }
}

async fn authenticate(
    context: &OpContext,
    credential: &Credential,
) -> Outcome<Result<Caller, UnauthenticatedReason>> {
    let (session_id, user_id) = match claimed(context, credential) {
        Ok(ids) => ids,
        Err(reason) => return Ok(Err(reason)),
    };
    // A user that was deleted took its sessions along.
    let Some((session, user)) = store::find_with_user(&context.app.db, session_id).await? else {
        return Ok(Err(UnauthenticatedReason::SessionRevoked));
    };
    if user.id != user_id {
        return Ok(Err(UnauthenticatedReason::TokenInvalid));
    }
    Ok(match state(&session, &user, context.app.clock.now()) {
        State::Alive => Ok(Caller { user, session }),
        State::Ended => Err(UnauthenticatedReason::SessionRevoked),
    })
}

/// The session and user that a valid token names.
fn claimed(
    context: &OpContext,
    credential: &Credential,
) -> Result<(SessionId, UserId), UnauthenticatedReason> {
    let token = match credential {
        Credential::Missing => return Err(UnauthenticatedReason::TokenMissing),
        Credential::Malformed => return Err(UnauthenticatedReason::TokenInvalid),
        Credential::Bearer(token) => token.expose_secret(),
    };
    let app = &context.app;
    let expected = Expected {
        issuer: app.config.public_url.as_str(),
        audience: &app.config.audience,
    };
    let claims = app.keys.verify(token, &expected, app.clock.now())?;
    match (claims.sid.parse(), claims.sub.parse()) {
        (Ok(session_id), Ok(user_id)) => Ok((session_id, user_id)),
        _ => Err(UnauthenticatedReason::TokenInvalid),
    }
}
