//! Use cases: send the cookies of a lost response again.
//!
//! A page calls these when a form that took effect is sent again. Both return the tokens of the lost response, and none
//! once these were traded: then the browser already has newer ones.

use std::time::Duration;

use super::{
    NewSession, Tokens,
    claims::ProvenAgain,
    model::{RefreshVerdict, refresh_verdict},
    options::may_set_cookies,
    refresh::own_cookie,
    sender::Sender,
    step_up::{carried, seconds},
};
use crate::{
    context::{AuthMethod, Caller, OpContext, SessionState, find_session_with_user, session_state},
    features::user as users,
    platform::{clock::from_millis, failure::Failed},
};
use entity::{SessionId, session, user};

/// The first tokens of a session in cookies. None once it has ended, or once its first refresh token was traded.
pub async fn first_tokens(context: &OpContext, id: SessionId) -> Result<Option<Tokens>, Failed> {
    may_set_cookies(context)?;
    let first = first_answer(context, id).await?;
    Ok(first
        .map(|(_, _, new)| new.tokens)
        .filter(|tokens| tokens.delivery == session::TokenDelivery::Cookie))
}

/// The answer to the sign-in that started a session, with the user and the role names. None once it has ended, or once
/// its first refresh token was traded.
pub async fn first_answer(
    context: &OpContext,
    id: SessionId,
) -> Result<Option<(user::Model, Vec<String>, NewSession)>, Failed> {
    let app = &context.app;
    let Some((session, user)) = find_session_with_user(&app.db, id).await? else {
        return Ok(None);
    };
    let is_first = session.refresh_generation == 0
        && session_state(&session, &user, app.clock.now()) == SessionState::Alive;
    if !is_first {
        return Ok(None);
    }
    let roles = users::roles(&app.db, user.id).await?;
    let tokens = Tokens::issue(context, &user, &roles, &session, None)?;
    Ok(Some((user, roles, NewSession::again(session, tokens))))
}

/// The tokens that [`renew`](super::renew) gave the caller's browser within this time. None if it gave none, or if the
/// browser's refresh cookie is neither the one that it renewed nor the one that it gave.
///
/// Never rotates: the renewal may still be running on another server, and a second one would leave the browser with
/// outdated cookies.
pub async fn renewed_tokens(
    context: &OpContext,
    caller: &Caller,
    within: Duration,
) -> Result<Option<Tokens>, Failed> {
    repeated(context, caller, within, |_| carried(context)).await
}

/// The same for the tokens that a proof by `method` returned: they carry it again. Only for who gave that very proof.
pub async fn proven_tokens(
    context: &OpContext,
    caller: &Caller,
    method: AuthMethod,
    within: Duration,
) -> Result<Option<Tokens>, Failed> {
    let proven = |session: &session::Model| {
        Some(ProvenAgain {
            auth_time: seconds(from_millis(session.reauthenticated_at?)),
            method,
        })
    };
    repeated(context, caller, within, proven).await
}

async fn repeated(
    context: &OpContext,
    caller: &Caller,
    within: Duration,
    proven: impl FnOnce(&session::Model) -> Option<ProvenAgain>,
) -> Result<Option<Tokens>, Failed> {
    let app = &context.app;
    may_set_cookies(context)?;
    let Some((token, session, user)) = own_cookie(context, caller).await? else {
        return Ok(None);
    };
    let (sender, now) = (Sender::of(context, &session), app.clock.now());
    let refresh_verdict = refresh_verdict(&session, token.generation, sender, now, within);
    // The whole form was sent again, with its secret and the password: the token was not copied, so the repeat has no
    // weight.
    if !matches!(refresh_verdict, RefreshVerdict::Repeated(_)) {
        return Ok(None);
    }
    let roles = users::roles(&app.db, user.id).await?;
    let proven = proven(&session);
    let tokens = Tokens::issue(context, &user, &roles, &session, proven)?;
    Ok(Some(tokens))
}
