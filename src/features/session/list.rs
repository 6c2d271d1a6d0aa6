//! Use cases: find one's own sessions.

use std::collections::{BTreeMap, BTreeSet};

use entity::{SessionId, session};

use super::{model::is_live, store};
use crate::platform::{failure::Outcome, op_context::OpContext};

/// Those of these sessions that are the caller's own, and alive; none for those who are not signed in.
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
        let now = context.app.clock.now();
        let found = store::find_of(&context.app.db, ids, caller.user.id).await?;
        let live = found.into_iter().filter(|session| is_live(session, now));
        own.extend(live.map(|session| (session.id, session)));
    }
    Ok(own)
}
