//! Proof that the person behind a session is its user.

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    features::{password::Password, session, user as users},
    platform::{
        db::{DbResult, Tx},
        failure::{Denied, Failure, Outcome, UnauthenticatedReason},
        identity::Caller,
        op_context::OpContext,
    },
};

/// Whether `given` is the caller's password. An account without one costs the same work.
pub(super) async fn is_password(context: &OpContext, caller: &Caller, given: &SecretString) -> Outcome<bool> {
    // A text that can be no password is nobody's.
    let Ok(password) = Password::prepare(given.expose_secret()) else {
        return Ok(false);
    };
    let stored = caller.user.password_hash.as_deref();
    Ok(context
        .app
        .hasher
        .verify(password.secret(), stored)
        .await?
        .matches)
}

/// What was proven no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The password was changed, or the account disabled.
    Password,
    /// The session was ended.
    Session,
}

/// Takes hold of the caller's account and session until the transaction is through, if both still are as they were
/// when the caller proved who they are.
pub(super) async fn hold(tx: &Tx, context: &OpContext, caller: &Caller) -> DbResult<Result<(), Lost>> {
    if !users::hold(tx, caller.user.id, caller.user.password_hash.as_deref()).await? {
        return Ok(Err(Lost::Password));
    }
    if !session::hold(tx, &caller.session, context.app.clock.now()).await? {
        return Ok(Err(Lost::Session));
    }
    Ok(Ok(()))
}

/// What to answer to a caller whose session ended on the way.
pub(super) fn session_ended<R>() -> Failure<R> {
    Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked).into()
}
