//! Use case: find out who calls, from what the request brought.

use std::{sync::Arc, time::Duration};

use entity::{SessionId, UserId, session};
use futures_util::future::BoxFuture;
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use super::{
    model::{State, expiry, instant, state},
    store,
};
use crate::platform::{
    crypto::Expected,
    failure::{Outcome, UnauthenticatedReason},
    identity::{Authenticator, Caller, Credential},
    op_context::OpContext,
};

/// How often the use of a session is noted.
const NOTE_EVERY_MILLIS: i64 = 60_000;

/// How long a caller who only reads waits for that note.
const PATIENCE: Duration = Duration::from_millis(200);

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
    if state(&session, &user, context.app.clock.now()) == State::Ended {
        return Ok(Err(UnauthenticatedReason::SessionRevoked));
    }
    let session = note_use(context, session).await;
    Ok(Ok(Caller {
        user,
        session,
        roles: Arc::default(),
    }))
}

/// Notes that the session is in use, once a minute at most: reading must not mean writing every time. That a note is
/// lost, because the database takes no writes just now, is no reason to turn the caller away.
async fn note_use(context: &OpContext, session: session::Model) -> session::Model {
    let app = &context.app;
    let now = app.clock.now();
    if now.as_millisecond() - session.last_used_at < NOTE_EVERY_MILLIS {
        return session;
    }
    let noted = session::Model {
        last_used_at: now.as_millisecond(),
        expires_at: expiry(&app.config, instant(session.created_at), now).as_millisecond(),
        ip_address: context.client.address_text(),
        ..session.clone()
    };
    match timeout(PATIENCE, store::touch(&app.db, &noted)).await {
        Ok(Ok(())) => return noted,
        Ok(Err(failure)) => tracing::warn!(?failure, "could not note the use of a session"),
        Err(_) => tracing::warn!("could not note the use of a session in time"),
    }
    session
}

/// The session and user that a valid token names.
fn claimed(
    context: &OpContext,
    credential: &Credential,
) -> Result<(SessionId, UserId), UnauthenticatedReason> {
    let token = match credential {
        Credential::Missing => return Err(UnauthenticatedReason::TokenMissing),
        Credential::Malformed => return Err(UnauthenticatedReason::TokenInvalid),
        Credential::Lapsed => return Err(UnauthenticatedReason::TokenExpired),
        Credential::Token(token) => token.expose_secret(),
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
