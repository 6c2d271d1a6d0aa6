//! The keys of the issuer, fetched again from time to time.
//!
//! A fetch runs in a task of its own: a caller that gives up does not break it off for the others, and a fresh set can
//! be fetched in the background before the old one is too old.

mod flight;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use self::flight::Flight;
use crate::{
    Clock, FetchError, KeySource, clock::since_epoch, key_set::KeySet, key_source::BoxedKeySource,
    public_key::PublicKey,
};

/// How long a key set is fresh if its issuer does not say.
const DEFAULT_MAX_AGE: Duration = Duration::from_mins(5);

/// A shorter time would let a misconfigured issuer cause a fetch with each request.
const MIN_MAX_AGE: Duration = Duration::from_mins(1);

/// With a longer time, a key that was removed because it leaked would count for too long.
const MAX_MAX_AGE: Duration = MAX_STALENESS;

/// How long keys are trusted after the fetch that brought them, while no further one succeeds.
const MAX_STALENESS: Duration = Duration::from_hours(1);

/// Shortest time between two fetches for keys that are not in the set: otherwise each forged token could cause one.
const UNKNOWN_KEY_INTERVAL: Duration = Duration::from_secs(10);

/// Pause after a failed fetch.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// How long a fetch may take.
pub(crate) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// What is known about a key.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// The key.
    Found(Arc<PublicKey>),
    /// The issuer has no such key.
    Unknown,
    /// Nobody can say.
    Unavailable(FetchError),
}

/// Caches the keys of one issuer.
#[derive(Clone)]
pub(crate) struct KeyCache(Arc<Shared>);

struct Shared {
    source: Box<dyn BoxedKeySource>,
    clock: Arc<dyn Clock>,
    fetch_timeout: Duration,
    state: Mutex<State>,
}

/// Times are since 1970.
#[derive(Default)]
struct State {
    /// The keys of the last fetch that succeeded.
    current: Option<Current>,
    /// Why the last fetch failed, and when; none after a success.
    failure: Option<(FetchError, Duration)>,
    /// When the last fetch began.
    attempted_at: Option<Duration>,
    /// Closes when the fetch that is under way ends.
    in_flight: Option<watch::Receiver<()>>,
}

struct Current {
    keys: KeySet,
    /// When the fetch began.
    fetched_at: Duration,
    max_age: Duration,
}

/// What the cache says about a key.
enum Cached {
    /// The key, from a fresh set.
    Fresh(Arc<PublicKey>),
    /// The key, from a set that could not be renewed in time.
    Stale(Arc<PublicKey>),
    /// The set is fresh, and does not have the key.
    Absent,
    /// There is no set that may be trusted.
    Nothing,
}

impl KeyCache {
    pub(crate) fn new(source: impl KeySource, clock: Arc<dyn Clock>) -> Self {
        Self::with_timeout(source, clock, FETCH_TIMEOUT)
    }

    fn with_timeout(source: impl KeySource, clock: Arc<dyn Clock>, fetch_timeout: Duration) -> Self {
        Self(Arc::new(Shared {
            source: Box::new(source),
            clock,
            fetch_timeout,
            state: Mutex::default(),
        }))
    }

    /// Finds the key with this id. Waits for at most one fetch.
    pub(crate) async fn find(&self, kid: &str) -> Lookup {
        let Some(mut landed) = self.0.begin(kid) else {
            return self.0.look(kid);
        };
        // Nothing is ever sent: the fetch drops its end when it has stored its result.
        let _ = landed.changed().await;
        self.0.look(kid)
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyCache")
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        since_epoch(&*self.clock)
    }

    /// Starts a fetch if one is due. Returns the fetch that has to be waited for before this key can be looked up.
    fn begin(self: &Arc<Self>, kid: &str) -> Option<watch::Receiver<()>> {
        let (flight, landed) = self.plan(kid);
        // Without the lock: a runtime that shuts down drops the task at once, and that stores a result.
        if let Some(flight) = flight {
            tokio::spawn(flight.run());
        }
        landed
    }

    /// The fetch to start, and the one to wait for.
    fn plan(self: &Arc<Self>, kid: &str) -> (Option<Flight>, Option<watch::Receiver<()>>) {
        let now = self.now();
        let mut state = self.state();
        let cached = state.find(kid, now);
        let is_due = state.may_retry(now)
            && match cached {
                Cached::Fresh(_) => state.should_refresh(now),
                Cached::Absent => has_passed(UNKNOWN_KEY_INTERVAL, state.attempted_at, now),
                Cached::Stale(_) | Cached::Nothing => true,
            };
        let flight = (is_due && state.in_flight.is_none()).then(|| {
            let (flight, landed) = Flight::new(self, now);
            state.in_flight = Some(landed);
            state.attempted_at = Some(now);
            flight
        });
        let landed = match cached {
            Cached::Fresh(_) | Cached::Stale(_) => None,
            Cached::Absent | Cached::Nothing => state.in_flight.clone(),
        };
        (flight, landed)
    }

    /// Looks a key up, without a fetch.
    fn look(&self, kid: &str) -> Lookup {
        let now = self.now();
        let state = self.state();
        let failure = state.failure.as_ref().map(|(error, _)| error.clone());
        match (state.find(kid, now), failure) {
            (Cached::Fresh(key) | Cached::Stale(key), _) => Lookup::Found(key),
            (Cached::Absent, None) => Lookup::Unknown,
            // It may be a new key: the last fetch that could have brought it has failed.
            (Cached::Absent | Cached::Nothing, Some(error)) => Lookup::Unavailable(error),
            (Cached::Nothing, None) => {
                Lookup::Unavailable(FetchError::new("the clock was changed during a fetch"))
            }
        }
    }

    /// Stores the result of the fetch that began at `began`.
    fn land(&self, began: Duration, fetched: Result<(KeySet, Duration), FetchError>) {
        if let Err(error) = &fetched {
            tracing::warn!("cannot fetch the keys that verify tokens: {error}");
        }
        let now = self.now();
        let mut state = self.state();
        state.in_flight = None;
        match fetched {
            Ok((keys, max_age)) => {
                state.failure = None;
                state.current = Some(Current {
                    keys,
                    fetched_at: began,
                    max_age,
                });
            }
            Err(error) => state.failure = Some((error, now)),
        }
    }
}

impl State {
    fn find(&self, kid: &str, now: Duration) -> Cached {
        // No age if the clock was set back: then nobody knows how old the set is.
        let with_age = |current| Some((current, age(current, now)?));
        let Some((current, age)) = self.current.as_ref().and_then(with_age) else {
            return Cached::Nothing;
        };
        match current.keys.find(kid) {
            Some(key) if age < current.max_age => Cached::Fresh(key),
            Some(key) if age < MAX_STALENESS && self.failure.is_some() => Cached::Stale(key),
            None if age < current.max_age => Cached::Absent,
            _ => Cached::Nothing,
        }
    }

    /// Whether a fresh set is so old that the next one should be fetched in the background.
    fn should_refresh(&self, now: Duration) -> bool {
        let is_old = |current: &Current| age(current, now).is_some_and(|age| age >= current.max_age / 5 * 4);
        self.current.as_ref().is_some_and(is_old)
    }

    /// Whether the pause after a failed fetch is over.
    fn may_retry(&self, now: Duration) -> bool {
        has_passed(RETRY_INTERVAL, self.failure.as_ref().map(|(_, at)| *at), now)
    }
}

fn age(current: &Current, now: Duration) -> Option<Duration> {
    now.checked_sub(current.fetched_at)
}

/// Whether so much time has passed since then. True if the clock was set back.
fn has_passed(interval: Duration, since: Option<Duration>, now: Duration) -> bool {
    since
        .and_then(|since| now.checked_sub(since))
        .is_none_or(|passed| passed >= interval)
}
