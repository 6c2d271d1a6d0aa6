//! Identifies the caller by the request's credentials.

use std::{sync::Arc, time::Duration};

use entity::{SessionId, UserId, session};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use super::{
    App, Caller, Freshness, SessionState,
    access_token::{AccessClaims, audience},
    caller_cache::{CachedCaller, Lookup},
    expiry, find_session_with_user, session_state,
    store::touch,
    to_the_minute,
};
use crate::platform::{
    clock::{Timestamp, from_millis},
    failure::{Outcome, UnauthenticatedReason},
    http::{client::Client, credential::Credential},
};

/// The caller, or why the request counts as not signed in.
pub(super) type Authenticated = Outcome<Arc<Caller>, UnauthenticatedReason>;

/// How often the use of a session is recorded.
const RECORD_USE_EVERY_MILLIS: i64 = 60_000;

/// How long a request waits for that write.
const RECORD_USE_TIMEOUT: Duration = Duration::from_millis(200);

/// The caller that `credential` proves, or why it proves none.
pub(super) async fn authenticate(
    app: &App,
    client: &Client,
    credential: &Credential,
    freshness: Freshness,
) -> Authenticated {
    let (session_id, user_id) = claimed(app, credential)?;
    // Read both before the database: otherwise a write in between would be missed.
    let (now, generation) = (app.clock.now(), app.db.cache_generation(user_id.into()));
    let lookup = match freshness {
        Freshness::Cached => app.callers.find(session_id, now, generation).await,
        Freshness::Fresh => Lookup::Miss(None),
    };
    let (found, miss) = match lookup {
        Lookup::Hit(cached) => (cached, None),
        // Deleting a user deletes its sessions.
        Lookup::Miss(loading) => match find_session_with_user(&app.db, session_id).await? {
            Some((session, user)) => (
                CachedCaller::new(Caller::new(user, session), now, generation),
                Some(loading),
            ),
            None => return Err(UnauthenticatedReason::SessionRevoked.into()),
        },
    };
    let Caller { user, session, .. } = &*found.caller;
    if user.id != user_id {
        return Err(UnauthenticatedReason::TokenInvalid.into());
    }
    if session_state(session, user, now) == SessionState::Ended {
        return Err(UnauthenticatedReason::SessionRevoked.into());
    }
    if let Some(loading) = miss {
        // Insert before the write below, so that requests waiting for this caller do not wait for the write.
        app.callers.insert(found.clone(), loading);
    }
    let Some(session) = record_use(app, client, session, now).await else {
        return Ok(found.caller);
    };
    let used = found.with(Caller {
        session,
        ..(*found.caller).clone()
    });
    app.callers.insert(used.clone(), None);
    Ok(used.caller)
}

/// Records that the session is in use, once a minute, so that not every read causes a write. If the write fails, the
/// caller stays signed in. Returns the session as recorded; none if nothing was recorded.
async fn record_use(
    app: &App,
    client: &Client,
    session: &session::Model,
    now: Timestamp,
) -> Option<session::Model> {
    if now.as_millisecond() - session.last_used_at < RECORD_USE_EVERY_MILLIS + delay(session.id) {
        return None;
    }
    let used_at = to_the_minute(now);
    let used = session::Model {
        last_used_at: used_at.as_millisecond(),
        expires_at: expiry(&app.config, from_millis(session.created_at), used_at).as_millisecond(),
        ip_address: client.address_text(),
        ..session.clone()
    };
    let Ok(recorded) = timeout(RECORD_USE_TIMEOUT, touch(&app.db, &used)).await else {
        tracing::warn!("could not record the use of a session in time");
        return None;
    };
    if let Err(failure) = recorded {
        tracing::warn!(?failure, "could not record the use of a session");
        return None;
    }
    Some(used)
}

/// How much later this session is recorded, in milliseconds. Whole minutes are stored: without the delay, all sessions
/// would be written at the beginning of a minute.
fn delay(id: SessionId) -> i64 {
    let (_, random) = id.0.as_u64_pair();
    i64::try_from(random % RECORD_USE_EVERY_MILLIS.unsigned_abs()).unwrap_or_default()
}

/// The session and user that a valid token names.
fn claimed(app: &App, credential: &Credential) -> Result<(SessionId, UserId), UnauthenticatedReason> {
    let token = match credential {
        Credential::Missing => return Err(UnauthenticatedReason::TokenMissing),
        Credential::Malformed => return Err(UnauthenticatedReason::TokenInvalid),
        Credential::Expired => return Err(UnauthenticatedReason::TokenExpired),
        Credential::Token(token) => token.expose_secret(),
    };
    let expected = audience::of_server(&app.config);
    claimed_ids(&app.tokens.verify(token, &expected, app.clock.now())?.claims)
}

/// The session and user that the claims of a verified token name.
pub fn claimed_ids(claims: &AccessClaims) -> Result<(SessionId, UserId), UnauthenticatedReason> {
    match (claims.sid.parse(), claims.sub.parse()) {
        (Ok(session_id), Ok(user_id)) => Ok((session_id, user_id)),
        _ => Err(UnauthenticatedReason::TokenInvalid),
    }
}
