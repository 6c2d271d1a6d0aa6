//! Proof that the person behind a session is its user.

use entity::user;
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
    /// The password was changed.
    Password,
    /// The session was ended, or the account closed.
    Session,
}

/// Takes hold of the caller's account and session until the transaction is through, if both still are as they were
/// when the caller proved who they are.
pub(super) async fn hold(tx: &Tx, context: &OpContext, caller: &Caller) -> DbResult<Result<(), Lost>> {
    let user = users::hold(tx, caller.user.id).await?;
    let Some(user) = user.filter(|user| user.status == user::Status::Active) else {
        return Ok(Err(Lost::Session));
    };
    if !session::hold(tx, &caller.session, context.app.clock.now()).await? {
        return Ok(Err(Lost::Session));
    }
    if user.password_hash != caller.user.password_hash {
        return Ok(Err(Lost::Password));
    }
    Ok(Ok(()))
}

/// What to answer to a caller whose session ended on the way.
pub(super) fn session_ended<R>() -> Failure<R> {
    Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked).into()
}
