//! Use cases: find and list one's own sessions.

use std::collections::{BTreeMap, BTreeSet};

use entity::{SessionId, UserId, session};

use super::store;
use crate::{
    context::{App, OpContext, is_live},
    platform::{
        db::{Db, DbResult},
        failure::Failed,
        keyset::{Page, PageRequest, Position},
    },
};

/// A page of a user's live sessions, most recently used first.
pub async fn page(
    app: &App,
    user_id: UserId,
    request: &PageRequest,
) -> DbResult<Page<(Position, session::Model)>> {
    let now = app.clock.now().as_millisecond();
    let rows = store::page(&app.db, user_id, now, request).await?;
    Ok(request.page(rows).map(|session| {
        let position = Position {
            key: session.last_used_at,
            id: session.id.0,
        };
        (position, session)
    }))
}

/// Up to `most` sessions of a user after `after`, alive or ended, oldest first.
pub async fn after(
    db: &Db,
    user_id: UserId,
    after: Option<SessionId>,
    most: u64,
) -> DbResult<Vec<session::Model>> {
    store::after(db, user_id, after, most).await
}

/// Whether the database has any session, alive or ended.
pub async fn is_any(db: &Db) -> DbResult<bool> {
    store::is_any(db).await
}

/// How many live sessions a user has.
pub async fn count(app: &App, user_id: UserId) -> DbResult<u64> {
    store::count(&app.db, user_id, app.clock.now().as_millisecond()).await
}

/// Of these sessions, those that belong to the caller and are alive; none if not signed in.
pub async fn find_own(
    context: &OpContext,
    mut ids: BTreeSet<SessionId>,
) -> Result<BTreeMap<SessionId, session::Model>, Failed> {
    let Some(caller) = context.optional_caller().await? else {
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
