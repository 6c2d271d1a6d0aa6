//! Callers that were loaded a moment ago.

use std::{fmt, sync::Arc, time::Duration};

use entity::SessionId;
use quick_cache::{
    DefaultHashBuilder, UnitWeighter,
    sync::{Cache, DefaultLifecycle, PlaceholderGuard},
};
use tokio::time::timeout;

use crate::platform::{clock::Timestamp, db::Epoch, identity::Caller};

/// Most of them.
const MOST: usize = 10_000;

/// How long to wait for another one who loads the same caller.
const PATIENCE: Duration = Duration::from_secs(1);

/// Callers as the database had them, for as long as this is worth anything: until this instance changes something that
/// may concern them, and for the setting `session_cache` at most, since what other instances change shows
/// in no other way.
pub(super) struct RecentCallers {
    callers: Cache<SessionId, Recent>,
    worth: Duration,
}

/// What is known of a caller.
pub(super) enum Known<'a> {
    /// Loaded a moment ago.
    Recent(Recent),
    /// Nothing: the caller is to be loaded, while others who want it wait for [`RecentCallers::keep`].
    Nothing(Option<Loading<'a>>),
}

/// The turn to load a caller, for as long as it is not dropped.
pub(super) type Loading<'a> = PlaceholderGuard<
    'a,
    SessionId,
    Recent,
    UnitWeighter,
    DefaultHashBuilder,
    DefaultLifecycle<SessionId, Recent>,
>;

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

    /// The caller of this session, as it still is in this epoch. Of many who ask at once for one that has to be loaded,
    /// one loads it and the others wait: else the requests of one session could take all connections to the database
    /// whenever something about it changes.
    pub(super) async fn find(&self, id: SessionId, now: Timestamp, epoch: Epoch) -> Known<'_> {
        if self.worth.is_zero() {
            return Known::Nothing(None);
        }
        if let Some(found) = self.callers.get(&id) {
            if found.holds(now, epoch, self.worth) {
                return Known::Recent(found);
            }
            // Unless another one has come in its place.
            self.callers
                .remove_if(&id, |kept| !kept.holds(now, epoch, self.worth));
        }
        match timeout(PATIENCE, self.callers.get_value_or_guard_async(&id)).await {
            Ok(Ok(found)) if found.holds(now, epoch, self.worth) => Known::Recent(found),
            Ok(Err(loading)) => Known::Nothing(Some(loading)),
            // It was loaded before the last change, or loading it takes long.
            Ok(Ok(_)) | Err(_) => Known::Nothing(None),
        }
    }

    /// Keeps a caller, and gives it to those who wait for it.
    pub(super) fn keep(&self, recent: Recent, loading: Option<Loading<'_>>) {
        match loading {
            // Fails where a later one has been kept meanwhile.
            Some(loading) => drop(loading.insert(recent)),
            None if self.worth.is_zero() => {}
            None => self.callers.insert(recent.caller.session.id, recent),
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
