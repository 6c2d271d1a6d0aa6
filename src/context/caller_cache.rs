//! Caches callers for a second or so, so that not every request of a session reads the database.

use std::{fmt, sync::Arc, time::Duration};

use entity::SessionId;
use quick_cache::{
    DefaultHashBuilder, UnitWeighter,
    sync::{Cache, DefaultLifecycle, PlaceholderGuard},
};
use tokio::time::timeout;

use super::Caller;
use crate::platform::{clock::Timestamp, db::CacheGeneration};

/// Entries at most.
const MAX_ENTRIES: usize = 10_000;

/// How long to wait for another request that loads the same caller.
const LOAD_TIMEOUT: Duration = Duration::from_secs(1);

/// Caches callers for `ttl`, or until this instance writes something that makes them stale. Writes of other instances
/// are seen when the entry expires (the setting `session_cache`).
pub struct CallerCache {
    callers: Cache<SessionId, CachedCaller>,
    ttl: Duration,
}

/// The result of a lookup.
pub(super) enum Lookup<'a> {
    /// The caller is cached and current.
    Hit(CachedCaller),
    /// The caller must be loaded. Other requests that want it wait for [`CallerCache::insert`].
    Miss(Loading<'a>),
}

/// Permission to load a caller while others wait for it; none if no other request waits.
pub(super) type Loading<'a> = Option<
    PlaceholderGuard<
        'a,
        SessionId,
        CachedCaller,
        UnitWeighter,
        DefaultHashBuilder,
        DefaultLifecycle<SessionId, CachedCaller>,
    >,
>;

/// A caller, with the time and generation it was loaded at.
#[derive(Debug, Clone)]
pub(super) struct CachedCaller {
    pub(super) caller: Arc<Caller>,
    loaded_at: Timestamp,
    generation: CacheGeneration,
}

impl CachedCaller {
    /// A caller that was loaded after `now` and `generation` were read.
    pub(super) fn new(caller: Caller, now: Timestamp, generation: CacheGeneration) -> Self {
        Self {
            caller: Arc::new(caller),
            loaded_at: now,
            generation,
        }
    }

    /// An entry of the same age with another caller.
    pub(super) fn with(&self, caller: Caller) -> Self {
        Self {
            caller: Arc::new(caller),
            ..*self
        }
    }

    fn is_current(&self, now: Timestamp, generation: CacheGeneration, ttl: Duration) -> bool {
        // Setting the clock back must not extend an entry's life.
        let age = Duration::try_from(now.duration_since(self.loaded_at));
        self.generation == generation && age.is_ok_and(|age| age < ttl)
    }
}

impl CallerCache {
    /// An empty cache; a `ttl` of zero caches nothing.
    pub fn new(ttl: Duration) -> Self {
        Self {
            callers: Cache::new(MAX_ENTRIES),
            ttl,
        }
    }

    /// The caller of this session. When several requests miss at once, one loads the caller and the others wait:
    /// otherwise the requests of one session could take every database connection whenever its entry goes stale.
    pub(super) async fn find(
        &self,
        id: SessionId,
        now: Timestamp,
        generation: CacheGeneration,
    ) -> Lookup<'_> {
        if self.ttl.is_zero() {
            return Lookup::Miss(None);
        }
        if let Some(found) = self.callers.get(&id) {
            if found.is_current(now, generation, self.ttl) {
                return Lookup::Hit(found);
            }
            // Unless a newer entry has replaced it.
            self.callers
                .remove_if(&id, |entry| !entry.is_current(now, generation, self.ttl));
        }
        let Ok(found) = timeout(LOAD_TIMEOUT, self.callers.get_value_or_guard_async(&id)).await else {
            return Lookup::Miss(None);
        };
        match found {
            Ok(found) if found.is_current(now, generation, self.ttl) => Lookup::Hit(found),
            // It was loaded before the last write.
            Ok(_) => Lookup::Miss(None),
            Err(loading) => Lookup::Miss(Some(loading)),
        }
    }

    /// Caches a caller, and hands it to the requests that wait for it.
    pub(super) fn insert(&self, entry: CachedCaller, loading: Loading<'_>) {
        match loading {
            // Fails if a newer entry was inserted meanwhile.
            Some(loading) => drop(loading.insert(entry)),
            None if self.ttl.is_zero() => {}
            None => self.callers.insert(entry.caller.session.id, entry),
        }
    }
}

impl fmt::Debug for CallerCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerCache")
            .field("ttl", &self.ttl)
            .finish_non_exhaustive()
    }
}
