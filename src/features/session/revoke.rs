//! Use cases: end sessions, and find one's own.

use entity::{
    SessionId, UserId,
    session::{self, RevocationReason},
};

use super::store;
use crate::platform::{
    clock::Timestamp,
    db::{DbResult, Tx},
    failure::Outcome,
    op_context::OpContext,
};

/// Ends the caller's session. Whether a live one was ended; not being signed in is no error.
pub async fn logout(context: &OpContext) -> Outcome<bool> {
    let Ok(caller) = context.identify().await? else {
        return Ok(false);
    };
    let app = &context.app;
    let now = app.clock.now().as_millisecond();
    Ok(store::revoke(&app.db, caller.session.id, RevocationReason::Logout, now).await?)
}

/// Ends every session of a user whose account closes, within the transaction that closes it.
pub async fn end_all_of(tx: &Tx, user_id: UserId, now: Timestamp) -> DbResult<u64> {
    store::revoke_of(tx, user_id, RevocationReason::AccountClosed, now.as_millisecond()).await
}

/// A session of the caller's own; none for anyone else's, and for those who are not signed in.
pub async fn find_own(context: &OpContext, id: SessionId) -> Outcome<Option<session::Model>> {
    let Ok(caller) = context.identify().await? else {
        return Ok(None);
    };
    if caller.session.id == id {
        return Ok(Some(caller.session.clone()));
    }
    Ok(store::find_of(&context.app.db, id, caller.user.id).await?)
}
