//! Use case: check the sessions of open sockets, and report ends and changed roles.

use std::collections::{BTreeMap, HashMap};

use entity::{
    SessionId, UserId,
    session::{self, RevocationReason},
    user,
};

use super::store;
use crate::{
    context::{
        App, CheckResult, CheckScope, DueSession, SessionEnd, SessionState, may_sign_in, session_state,
    },
    platform::{clock::Timestamp, db::DbResult},
};

/// Sessions in one query.
const BATCH: usize = 500;

/// Checks the watched sessions that are due, and reports to their watchers. A batch that fails leaves the others alone; the
/// last failure is returned.
pub async fn check_watched(app: &App, which: CheckScope) -> DbResult<()> {
    let mut outcome = Ok(());
    for due in app.session_watch.due(&app.db, which).chunks(BATCH) {
        if let Err(failure) = check(app, due).await {
            outcome = Err(failure);
        }
    }
    outcome
}

async fn check(app: &App, due: &[DueSession]) -> DbResult<()> {
    let ids: Vec<SessionId> = due.iter().map(|it| it.id).collect();
    let found = store::with_users(&app.db, &ids).await?;
    let found: HashMap<SessionId, _> = found.into_iter().map(|row| (row.0.id, row)).collect();
    let users: Vec<UserId> = due.iter().map(|it| it.user_id).collect();
    let mut roles: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
    for (user_id, role) in store::roles_of(&app.db, &users).await? {
        roles.entry(user_id).or_default().push(role);
    }
    let now = app.clock.now();
    for due in due {
        let ended = match found.get(&due.id) {
            Some((session, user)) => end(session, user.as_ref(), now),
            // Sessions that ended are kept longer than any socket: this one went with its account.
            None => Some(SessionEnd::Revoked(RevocationReason::AccountClosed)),
        };
        let checked = match ended {
            Some(end) => CheckResult::Ended(end),
            None => CheckResult::Alive(roles.get(&due.user_id).cloned().unwrap_or_default()),
        };
        app.session_watch.report(due, checked);
    }
    Ok(())
}

/// How a session ended; none while it is alive.
fn end(session: &session::Model, user: Option<&user::Model>, now: Timestamp) -> Option<SessionEnd> {
    let Some(user) = user else {
        return Some(SessionEnd::Revoked(RevocationReason::AccountClosed));
    };
    if session_state(session, user, now) == SessionState::Alive {
        return None;
    }
    Some(match session.revocation_reason {
        Some(reason) => SessionEnd::Revoked(reason),
        None if !may_sign_in(user) => SessionEnd::Revoked(RevocationReason::AccountClosed),
        None => SessionEnd::Expired,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{context::fixtures, platform::clock::from_millis};

    #[test]
    fn the_end_of_a_session_has_the_reason_of_its_row_else_that_of_its_account() {
        let (mut session, mut user) = (fixtures::session(), fixtures::user());
        let now = from_millis(500);
        assert_eq!(end(&session, Some(&user), now), None);
        assert_eq!(
            end(&session, Some(&user), from_millis(1_000)),
            Some(SessionEnd::Expired)
        );
        let closed = Some(SessionEnd::Revoked(RevocationReason::AccountClosed));
        assert_eq!(end(&session, None, now), closed);
        user.status = user::Status::Disabled;
        assert_eq!(end(&session, Some(&user), now), closed);
        session.revoked_at = Some(400);
        session.revocation_reason = Some(RevocationReason::Logout);
        let by_logout = Some(SessionEnd::Revoked(RevocationReason::Logout));
        assert_eq!(end(&session, Some(&user), now), by_logout);
    }
}
