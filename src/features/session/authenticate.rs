//! Use case: find out who calls, from what the request brought.

use std::time::Duration;

use entity::{SessionId, UserId, session};
use futures_util::future::BoxFuture;
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use super::{
    audience,
    model::{State, expiry, instant, state, to_the_minute},
    recent::{Known, Recent, RecentCallers},
    store,
};
use crate::platform::{
    clock::Timestamp,
    crypto::AccessClaims,
    failure::UnauthenticatedReason,
    identity::{AsOf, Authenticator, Caller, Credential, Identified},
    op_context::OpContext,
};

/// How often the use of a session is noted.
const NOTE_EVERY_MILLIS: i64 = 60_000;

/// How long a caller who only reads waits for that note.
const PATIENCE: Duration = Duration::from_millis(200);

/// Authenticates by access token and session.
#[derive(Debug)]
pub struct SessionAuthenticator {
    recent: RecentCallers,
}

impl SessionAuthenticator {
    /// One that believes for as long as `worth` what it has read, unless this instance changes something that may concern it.
    pub fn new(worth: Duration) -> Self {
        Self {
            recent: RecentCallers::new(worth),
        }
    }
}

impl Authenticator for SessionAuthenticator {
    fn authenticate<'a>(
        &'a self,
        context: &'a OpContext,
        credential: &'a Credential,
        as_of: AsOf,
    ) -> BoxFuture<'a, Identified> {
        Box::pin(authenticate(&self.recent, context, credential, as_of))
    }
}

async fn authenticate(
    recent: &RecentCallers,
    context: &OpContext,
    credential: &Credential,
    as_of: AsOf,
) -> Identified {
    let (session_id, user_id) = claimed(context, credential)?;
    let app = &context.app;
    // Both before the reading: a change that comes in between must not be overlooked.
    let (now, epoch) = (app.clock.now(), app.db.epoch(user_id));
    let known = match as_of {
        AsOf::JustNow => recent.find(session_id, now, epoch).await,
        AsOf::Now => Known::Nothing(None),
    };
    let is_known = matches!(known, Known::Recent(_));
    let (found, loading) = match known {
        Known::Recent(known) => (known, None),
        // A user that was deleted took its sessions along.
        Known::Nothing(loading) => match store::find_with_user(&app.db, session_id).await? {
            Some((session, user)) => (Recent::new(Caller::new(user, session), now, epoch), loading),
            None => return Err(UnauthenticatedReason::SessionRevoked.into()),
        },
    };
    let Caller { user, session, .. } = &*found.caller;
    if user.id != user_id {
        return Err(UnauthenticatedReason::TokenInvalid.into());
    }
    if state(session, user, now) == State::Ended {
        return Err(UnauthenticatedReason::SessionRevoked.into());
    }
    if !is_known {
        // Before the note, for which others who want the same caller need not wait.
        recent.keep(found.clone(), loading);
    }
    let Some(session) = note_use(context, session, now).await else {
        return Ok(found.caller);
    };
    let noted = found.noted(Caller {
        session,
        ..(*found.caller).clone()
    });
    recent.keep(noted.clone(), None);
    Ok(noted.caller)
}

/// Notes that the session is in use, once a minute at most: reading must not mean writing every time. That a note is
/// lost, because the database takes no writes just now, is no reason to turn the caller away. The session as noted;
/// none where it stays as it was.
async fn note_use(context: &OpContext, session: &session::Model, now: Timestamp) -> Option<session::Model> {
    let app = &context.app;
    if now.as_millisecond() - session.last_used_at < NOTE_EVERY_MILLIS + delay(session.id) {
        return None;
    }
    let used_at = to_the_minute(now);
    let noted = session::Model {
        last_used_at: used_at.as_millisecond(),
        expires_at: expiry(&app.config, instant(session.created_at), used_at).as_millisecond(),
        ip_address: context.client.address_text(),
        ..session.clone()
    };
    match timeout(PATIENCE, store::touch(&app.db, &noted)).await {
        Ok(Ok(())) => return Some(noted),
        Ok(Err(failure)) => tracing::warn!(?failure, "could not note the use of a session"),
        Err(_) => tracing::warn!("could not note the use of a session in time"),
    }
    None
}

/// Milliseconds for which this session waits longer with its note. What is stored are whole minutes: without this, all
/// sessions would be noted at the moment when a minute begins.
fn delay(id: SessionId) -> i64 {
    let (_, random) = id.0.as_u64_pair();
    i64::try_from(random % NOTE_EVERY_MILLIS.unsigned_abs()).unwrap_or_default()
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
    let expected = audience::of_server(&app.config);
    named(&app.keys.verify(token, &expected, app.clock.now())?.claims)
}

/// The session and user that the claims of a verified token name.
pub(super) fn named(claims: &AccessClaims) -> Result<(SessionId, UserId), UnauthenticatedReason> {
    match (claims.sid.parse(), claims.sub.parse()) {
        (Ok(session_id), Ok(user_id)) => Ok((session_id, user_id)),
        _ => Err(UnauthenticatedReason::TokenInvalid),
    }
}
