//! Callers that were loaded a moment ago.

use std::{fmt, sync::Arc, time::Duration};

use entity::SessionId;
use quick_cache::sync::Cache;

use crate::platform::{clock::Timestamp, db::Epoch, identity::Caller};

/// Most of them.
const MOST: usize = 10_000;

/// Callers as the database had them, for as long as this is worth anything: until this instance changes something that
/// may concern them, and for the setting `session_cache` at most, since what other instances change shows
/// in no other way.
pub(super) struct RecentCallers {
    callers: Cache<SessionId, Recent>,
    worth: Duration,
}

/// A caller, with what it was loaded under.
#[derive(Debug, Clone)]
pub(super) struct Recent {
    pub(super) caller: Arc<Caller>,
    loaded_at: Timestamp,
    epoch: Epoch,
}

impl Recent {
    /// A caller that was loaded after `epoch` and `now` were asked for.
    pub(super) fn new(caller: Caller, now: Timestamp, epoch: Epoch) -> Self {
        Self {
            caller: Arc::new(caller),
            loaded_at: now,
            epoch,
        }
    }

    /// The same caller, who has been noted as `caller` meanwhile. That makes it no younger.
    pub(super) fn noted(&self, caller: Caller) -> Self {
        Self {
            caller: Arc::new(caller),
            ..*self
        }
    }

    fn holds(&self, now: Timestamp, epoch: Epoch, worth: Duration) -> bool {
        // A clock that was set back makes nothing younger.
        let age = Duration::try_from(now.duration_since(self.loaded_at));
        self.epoch == epoch && age.is_ok_and(|age| age < worth)
    }
}

impl RecentCallers {
    /// Callers that are worth something for this long; zero to keep none.
    pub(super) fn new(worth: Duration) -> Self {
        Self {
            callers: Cache::new(MOST),
            worth,
        }
    }

    /// The caller of this session, as it still is in this epoch.
    pub(super) fn find(&self, id: SessionId, now: Timestamp, epoch: Epoch) -> Option<Recent> {
        let found = self.callers.get(&id)?;
        if found.holds(now, epoch, self.worth) {
            return Some(found);
        }
        self.callers.remove(&id);
        None
    }

    /// Keeps a caller.
    pub(super) fn keep(&self, recent: Recent) {
        if !self.worth.is_zero() {
            self.callers.insert(recent.caller.session.id, recent);
        }
    }
}

impl fmt::Debug for RecentCallers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecentCallers")
            .field("worth", &self.worth)
            .finish_non_exhaustive()
    }
}
