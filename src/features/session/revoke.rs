//! Use cases: end sessions, and find one's own.

use std::collections::{BTreeMap, BTreeSet};

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

/// Those of these sessions that are the caller's own; none for those who are not signed in.
pub async fn find_own(
    context: &OpContext,
    mut ids: BTreeSet<SessionId>,
) -> Outcome<BTreeMap<SessionId, session::Model>> {
    let Ok(caller) = context.identify().await? else {
        return Ok(BTreeMap::new());
    };
    let mut own = BTreeMap::new();
    if ids.remove(&caller.session.id) {
        own.insert(caller.session.id, caller.session.clone());
    }
    if !ids.is_empty() {
        let found = store::find_of(&context.app.db, ids, caller.user.id).await?;
        own.extend(found.into_iter().map(|session| (session.id, session)));
    }
    Ok(own)
}
