//! Use case: trade a refresh token for new tokens.
//!
//! Each refresh token can be traded once. A browser's tabs, and clients that lost the response, trade the same token
//! again at once: within `refresh_replay_window`, and from the same program, they get the same response again, whether
//! they send the previous token or already have the new one. Any other reuse means that the token was stolen, by the
//! sender of this trade or of the one before: the session ends (RFC 9700, section 4.14.2). The same happens when trade
//! after trade is repeated late or from elsewhere, as by a thief who follows with a copy.
//!
//! A token that is not genuine has no effect: session ids are public, and a forged "old" token must not end anybody's
//! session.

use std::time::Duration;

use entity::{SessionId, session, user};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Tokens,
    claims::ProvenAgain,
    model::{RefreshVerdict, ended_with_account, is_followed, refresh_verdict, repeats_so_far},
    options::may_set_cookies,
    refresh_token::PresentedToken,
    sender::{self, Sender},
    step_up::carried,
    store,
};
use crate::{
    context::{
        Caller, OpContext, SessionState, expiry, find_session_with_user, session_state, to_the_minute,
    },
    features::{
        audit::{EventKind, NewEvent},
        notice, user as users,
    },
    platform::{
        clock::from_millis,
        db::transaction,
        failure::{Denied, Failed, Outcome, Refusal, UnauthenticatedReason},
        http::cookies::SetCookies,
    },
};

/// Maximum number of tries of a trade: one fails if another trade was faster, or a concurrent repeat was recorded.
const MAX_TRIES: u32 = 4;

/// The session with its new tokens.
#[derive(Debug)]
pub struct Output {
    /// The user.
    pub user: user::Model,
    /// Role names, sorted.
    pub roles: Vec<String>,
    /// The session.
    pub session: session::Model,
    /// Its tokens.
    pub tokens: Tokens,
}

/// Why there are no new tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Neither the input nor a cookie has a token.
    Required,
    /// The token is not valid, or no longer.
    InvalidToken,
    /// The token is valid, but the account is disabled.
    AccountDisabled,
}

impl Refusal for Refused {}

/// Trades the token in the input, else the one in the cookie.
pub async fn refresh(context: &OpContext, given: Option<SecretString>) -> Outcome<Output, Refused> {
    let by_cookie = given.is_none();
    let text = given.as_ref().or(context.browser.refresh_token.as_ref());
    let text = text.ok_or(Refused::Required)?.expose_secret();
    if text.is_empty() {
        return Err(Refused::Required.into());
    }
    let token = PresentedToken::parse(text).ok_or(Refused::InvalidToken)?;
    for _ in 0..MAX_TRIES {
        if let Some(output) = try_once(context, &token, by_cookie).await? {
            return Ok(output);
        }
    }
    // Practically unreachable: after a faster trade the token is an old one, and at most two repeats of a trade are
    // recorded, so a later try needs no write.
    Err(Refused::InvalidToken.into())
}

/// One try; none if another trade or repeat was recorded between the verdict and its effect.
async fn try_once(
    context: &OpContext,
    token: &PresentedToken,
    by_cookie: bool,
) -> Outcome<Option<Output>, Refused> {
    let app = &context.app;
    let (session, user) = find_genuine(context, token).await?;
    if by_cookie && session.token_delivery == session::TokenDelivery::Body {
        // The server never puts the token of such a session into a cookie: somebody else did.
        return Err(Refused::InvalidToken.into());
    }
    let now = app.clock.now();
    if session_state(&session, &user, now) == SessionState::Ended {
        // Revealed only to the holder of the current token: an older token must reveal nothing.
        let is_present = token.generation == session.refresh_generation;
        return Err(if is_present && ended_with_account(&session, &user, now) {
            Refused::AccountDisabled
        } else {
            Refused::InvalidToken
        }
        .into());
    }
    // `session_lifetime` may have been shortened since the session began.
    if expiry(&app.config, from_millis(session.created_at), now) <= now {
        return Err(Refused::InvalidToken.into());
    }
    match verdict(context, &session, token) {
        RefreshVerdict::Current => {
            check_delivery(context, &session)?;
            Ok(rotate(context, session, user, None).await?)
        }
        RefreshVerdict::Repeated(weight) => {
            check_delivery(context, &session)?;
            // Sign before recording the repeat, as before rotating: if signing fails, it must not count.
            let roles = users::roles(&app.db, user.id).await?;
            let tokens = Tokens::issue(context, &user, &roles, &session, None)?;
            if is_followed(&session, weight) {
                end_as_stolen(context, &session, &user).await?;
                return Err(Refused::InvalidToken.into());
            }
            let millis = now.as_millisecond();
            let is_recorded = weight <= session.repeat_weight
                || store::record_repeat(&app.db, &session, weight, millis).await?;
            if !is_recorded {
                return Ok(None);
            }
            app.metrics.refresh_answers_repeated.inc();
            Ok(Some(Output {
                user,
                roles,
                session,
                tokens,
            }))
        }
        RefreshVerdict::Used => {
            end_as_stolen(context, &session, &user).await?;
            Err(Refused::InvalidToken.into())
        }
        RefreshVerdict::Unknown => Err(Refused::InvalidToken.into()),
    }
}

fn verdict(context: &OpContext, session: &session::Model, token: &PresentedToken) -> RefreshVerdict {
    let sender = Sender::of(context, session);
    let window = context.app.config.refresh_replay_window;
    refresh_verdict(session, token.generation, sender, context.app.clock.now(), window)
}

/// Checks that the tokens can be delivered in the way that the session chose. Called only for tokens that
/// are accepted: a used one must end the session wherever it is sent.
fn check_delivery(context: &OpContext, session: &session::Model) -> Result<(), Denied> {
    match session.token_delivery {
        session::TokenDelivery::Body => Ok(()),
        session::TokenDelivery::Cookie => may_set_cookies(context),
    }
}

/// Ends a session whose token was copied.
async fn end_as_stolen(
    context: &OpContext,
    session: &session::Model,
    user: &user::Model,
) -> Outcome<(), Refused> {
    let app = &context.app;
    let notice = notice::token_reused(context, user)?;
    let event = NewEvent::by_stranger(context, EventKind::TokenReuseDetected, user.id).in_session(session.id);
    let now = app.clock.now().as_millisecond();
    let is_ended = transaction!(app.db, |tx| {
        let is_ended = store::revoke_in(tx, session.id, session::RevocationReason::TokenReuse, now).await?;
        if is_ended {
            event.save(tx).await?;
            notice.save(tx, app).await?;
        }
        Ok(is_ended)
    })?;
    if is_ended {
        app.metrics.refresh_tokens_reused.inc();
        tracing::warn!(
            session = %session.id,
            user = %session.user_id,
            "a used refresh token came back; the session was ended"
        );
    }
    Ok(())
}

/// The session of a genuine token, with its user.
async fn find_genuine(
    context: &OpContext,
    token: &PresentedToken,
) -> Outcome<(session::Model, user::Model), Refused> {
    let app = &context.app;
    let found = find_session_with_user(&app.db, token.session_id).await?;
    found
        .filter(|(session, _)| token.is_genuine(&app.refresh_keys, session))
        .ok_or_else(|| Refused::InvalidToken.into())
}

/// Rotates the session to its next refresh token; none if another trade was faster. The tokens carry the `step_up`.
async fn rotate(
    context: &OpContext,
    before: session::Model,
    user: user::Model,
    step_up: Option<ProvenAgain>,
) -> Result<Option<Output>, Failed> {
    let app = &context.app;
    let now = app.clock.now();
    let roles = users::roles(&app.db, user.id).await?;
    let used_at = to_the_minute(now);
    let mut session = before.clone();
    session.refresh_generation += 1;
    session.refresh_key_id = app.refresh_keys.newest()?.to_owned();
    session.rotated_at = Some(now.as_millisecond());
    sender::note(context, &mut session)?;
    session.repeat_count = repeats_so_far(&before);
    session.repeat_weight = 0;
    session.ip_address = context.client.address_text();
    session.last_used_at = used_at.as_millisecond();
    session.expires_at = expiry(&app.config, from_millis(session.created_at), used_at).as_millisecond();
    // Sign before rotating: if signing fails, the old token must still work.
    let tokens = Tokens::issue(context, &user, &roles, &session, step_up)?;
    if !store::rotate(&app.db, &before, &session, now.as_millisecond()).await? {
        return Ok(None);
    }
    Ok(Some(Output {
        user,
        roles,
        session,
        tokens,
    }))
}

/// New cookies for the caller's session, after a change that must make copies of the old ones useless (OWASP ASVS 5.0,
/// 7.2.4). They carry the step-up that the caller's token carries. None if the caller's browser did not send the
/// session's refresh cookie: it could not use new ones. Also none if renewing fails: the change stays, and the old
/// cookies keep working, unless a commit succeeded whose answer was lost.
pub async fn renew(context: &OpContext, caller: &Caller) -> Option<Tokens> {
    let mut renewed = try_renew(context, caller).await;
    if let Err(Failed::Denied(Denied::OutcomeUnknown { .. })) = renewed {
        // The old cookies may no longer work, and only this call can return the new ones.
        renewed = try_renew(context, caller).await;
    }
    match renewed {
        Ok(tokens) => tokens,
        Err(failure) => {
            tracing::warn!(
                ?failure,
                "could not renew the cookies of a session; it may end as stolen"
            );
            None
        }
    }
}

/// New tokens for the caller's session, which carry the proof of identity that the caller has just given. The old
/// refresh token has been traded. If its place is a cookie that did not come along, it stays, and only the access token
/// is new.
pub(super) async fn renew_proven(
    context: &OpContext,
    caller: &Caller,
    proven: ProvenAgain,
) -> Result<Tokens, Failed> {
    let renewed = try_renew_proven(context, caller, proven).await;
    if let Err(Failed::Denied(Denied::OutcomeUnknown { .. })) = renewed {
        // The old refresh token may no longer work, and only this call can return the new one.
        return try_renew_proven(context, caller, proven).await;
    }
    renewed
}

async fn try_renew_proven(
    context: &OpContext,
    caller: &Caller,
    proven: ProvenAgain,
) -> Result<Tokens, Failed> {
    let app = &context.app;
    for _ in 0..MAX_TRIES {
        let found = find_session_with_user(&app.db, caller.session.id).await?;
        let ended = Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked);
        let (session, user) = found.ok_or(ended.clone())?;
        // Services would accept the tokens of a session that has just ended.
        if session_state(&session, &user, app.clock.now()) == SessionState::Ended {
            return Err(ended.into());
        }
        let is_out_of_reach = session.token_delivery == session::TokenDelivery::Cookie
            && (may_set_cookies(context).is_err() || own_cookie(context, caller).await?.is_none());
        if is_out_of_reach {
            let roles = users::roles(&app.db, user.id).await?;
            return Ok(Tokens {
                cookies: SetCookies::default(),
                ..Tokens::issue(context, &user, &roles, &session, Some(proven))?
            });
        }
        if let Some(output) = rotate(context, session, user, Some(proven)).await? {
            return Ok(output.tokens);
        }
    }
    Err(Denied::Unavailable {
        retry_after: Duration::from_secs(1),
    }
    .into())
}

async fn try_renew(context: &OpContext, caller: &Caller) -> Result<Option<Tokens>, Failed> {
    for _ in 0..MAX_TRIES {
        let Some((token, session, user)) = own_cookie(context, caller).await? else {
            return Ok(None);
        };
        // Another tab may have traded the token a moment ago: a repeat is fine too.
        if !matches!(
            verdict(context, &session, &token),
            RefreshVerdict::Current | RefreshVerdict::Repeated(_)
        ) {
            return Ok(None);
        }
        if let Some(output) = rotate(context, session, user, carried(context)).await? {
            return Ok(Some(output.tokens));
        }
    }
    Ok(None)
}

/// The refresh token in the caller's cookie, with its session and user. None unless the token is genuine and belongs to
/// the caller's own live session.
pub(super) async fn own_cookie(
    context: &OpContext,
    caller: &Caller,
) -> Result<Option<(PresentedToken, session::Model, user::Model)>, Failed> {
    let app = &context.app;
    let sent = context.browser.refresh_token.as_ref();
    let Some(token) = sent.and_then(|text| PresentedToken::parse(text.expose_secret())) else {
        return Ok(None);
    };
    let Some((session, user)) = find_session_with_user(&app.db, token.session_id).await? else {
        return Ok(None);
    };
    let is_own = session.id == caller.session.id
        && session.token_delivery == session::TokenDelivery::Cookie
        && token.is_genuine(&app.refresh_keys, &session)
        && session_state(&session, &user, app.clock.now()) == SessionState::Alive;
    Ok(is_own.then_some((token, session, user)))
}

/// The session of a refresh token of any generation; none unless the token is genuine.
pub(super) async fn session_of(
    context: &OpContext,
    text: &SecretString,
) -> Result<Option<session::Model>, Failed> {
    let Some(token) = PresentedToken::parse(text.expose_secret()) else {
        return Ok(None);
    };
    let found = find_session_with_user(&context.app.db, token.session_id).await?;
    let session = found.map(|(session, _)| session);
    Ok(session.filter(|session| token.is_genuine(&context.app.refresh_keys, session)))
}

/// The session that a refresh token names, genuine or not.
pub(super) fn named_session(text: &SecretString) -> Option<SessionId> {
    PresentedToken::parse(text.expose_secret()).map(|token| token.session_id)
}
