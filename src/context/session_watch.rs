//! The sessions that open sockets belong to, and what became of each.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use entity::{SessionId, UserId, session::RevocationReason};
use tokio::sync::{Notify, watch};

use crate::platform::db::{CacheGeneration, Db};

/// Tracks which sessions have open sockets, so that one query checks many of them.
#[derive(Debug, Default)]
pub struct SessionWatch {
    watched: Mutex<HashMap<SessionId, Watched>>,
    added: Notify,
}

#[derive(Debug)]
struct Watched {
    user_id: UserId,
    /// When it was last checked; none before the first check.
    checked: Option<CacheGeneration>,
    /// The user's roles at the last check.
    roles: Option<Vec<String>>,
    state: watch::Sender<WatchedState>,
}

/// What is known about a watched session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct WatchedState {
    /// How often the roles of its user changed.
    role_changes: u64,
    end: Option<SessionEnd>,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// It was revoked, or its account was closed.
    Revoked(RevocationReason),
    /// Its time was over.
    Expired,
}

/// What a watcher of a session learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionChange {
    /// It ended.
    Ended(SessionEnd),
    /// Its user has other roles than at the start of the watch.
    RolesChanged,
}

/// Which of the watched sessions must be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckScope {
    /// All: other servers may have changed them.
    All,
    /// Those that this server may have changed since their last check.
    Changed,
}

/// A watched session that must be checked.
#[derive(Debug, Clone, Copy)]
pub struct DueSession {
    /// The session.
    pub id: SessionId,
    /// Its user.
    pub user_id: UserId,
    /// The generation of the rows that the check will read, or an earlier one.
    generation: CacheGeneration,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckResult {
    /// It is alive, and these are the roles of its user, sorted.
    Alive(Vec<String>),
    /// It ended.
    Ended(SessionEnd),
}

/// One watcher of a session. The session is checked soon after the watch began, and then as long as it has watchers.
#[derive(Debug, Clone)]
pub struct SessionWatcher {
    state: watch::Receiver<WatchedState>,
    role_changes_before: u64,
}

impl SessionWatch {
    /// Watches a session.
    pub fn watch(&self, id: SessionId, user_id: UserId) -> SessionWatcher {
        let mut watched = self.watched();
        let entry = watched.entry(id).or_insert_with(|| Watched {
            user_id,
            checked: None,
            roles: None,
            state: watch::Sender::default(),
        });
        let state = entry.state.subscribe();
        let role_changes_before = state.borrow().role_changes;
        drop(watched);
        self.added.notify_one();
        SessionWatcher {
            state,
            role_changes_before,
        }
    }

    /// Waits for a new watch. For one caller.
    pub async fn added(&self) {
        self.added.notified().await;
    }

    /// The watched sessions that must be checked. Forgets those without watchers.
    pub fn due(&self, db: &Db, which: CheckScope) -> Vec<DueSession> {
        let mut watched = self.watched();
        watched.retain(|_, it| it.state.receiver_count() > 0);
        let all = watched.iter().map(|(id, it)| {
            let generation = db.cache_generation(it.user_id.into());
            let is_due = which == CheckScope::All || it.checked != Some(generation);
            let due = DueSession {
                id: *id,
                user_id: it.user_id,
                generation,
            };
            is_due.then_some(due)
        });
        all.flatten().collect()
    }

    /// Reports the result of a check to the watchers of the session.
    pub fn report(&self, due: &DueSession, checked: CheckResult) {
        let mut watched = self.watched();
        let Some(entry) = watched.get_mut(&due.id) else {
            return;
        };
        match checked {
            CheckResult::Alive(roles) => {
                entry.checked = Some(due.generation);
                let before = entry.roles.replace(roles);
                if before.is_some() && before != entry.roles {
                    entry.state.send_modify(|state| state.role_changes += 1);
                }
            }
            CheckResult::Ended(end) => {
                entry.state.send_modify(|state| state.end = Some(end));
                // A later watch begins with a new check.
                watched.remove(&due.id);
            }
        }
    }

    fn watched(&self) -> MutexGuard<'_, HashMap<SessionId, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionWatcher {
    /// Waits until the session has ended, or its user has other roles.
    pub async fn changed(&mut self) -> SessionChange {
        let before = self.role_changes_before;
        let is_change = |state: &WatchedState| state.end.is_some() || state.role_changes != before;
        let state = self.state.wait_for(is_change).await.map(|state| *state);
        match state {
            Ok(WatchedState { end: None, .. }) => SessionChange::RolesChanged,
            Ok(WatchedState { end: Some(end), .. }) => SessionChange::Ended(end),
            // The sender is dropped only after it has sent the end.
            Err(_) => SessionChange::Ended(SessionEnd::Expired),
        }
    }

    /// Waits until the session has ended.
    pub async fn end(mut self) -> SessionEnd {
        let state = self.state.wait_for(|state| state.end.is_some()).await;
        state
            .ok()
            .and_then(|state| state.end)
            .unwrap_or(SessionEnd::Expired)
    }
}
