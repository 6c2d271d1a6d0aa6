//! Buckets that fill up with time, one for each key (the generic cell rate algorithm).

use std::{fmt, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::HashMapStateStore,
};

use crate::platform::clock::Clock;

/// Most buckets. Beyond that keys share them, so that memory has a bound (some 10 MB) and nobody can empty the
/// buckets of others by coming from everywhere.
const MOST: u64 = 1 << 18;

/// Buckets whose content comes back at a steady rate.
pub struct Buckets(RateLimiter<u64, HashMapStateStore<u64>, Ticks, NoOpMiddleware<Nanos>>);

/// How much a bucket holds, and how fast it fills up.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// How much comes back in `period`.
    pub count: NonZeroU32,
    /// The time in which it does.
    pub period: Duration,
    /// How much there is after a pause.
    pub burst: NonZeroU32,
}

/// The server's clock, as the library wants it.
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        // Not before 1970, and not after 2554.
        Nanos::from(u64::try_from(self.0.now().as_nanosecond()).unwrap_or_default())
    }
}

impl Buckets {
    /// Full buckets.
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        // Nothing can come back in no time at all; the shortest that there is stands for it.
        let each = (rate.period / rate.count.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).unwrap_or_else(|| Quota::per_second(rate.burst));
        let quota = quota.allow_burst(rate.burst);
        Self(RateLimiter::new(
            quota,
            HashMapStateStore::default(),
            Ticks(clock),
        ))
    }

    /// Takes one out of the bucket of `key`, which has to be spread evenly; else how long until there is one.
    pub fn take(&self, key: u64) -> Result<(), Duration> {
        let now = self.0.clock().now();
        self.0
            .check_key(&(key % MOST))
            .map_err(|until| until.wait_time_from(now))
    }

    /// Forgets the buckets that are full again; how many are left.
    pub fn tidy(&self) -> usize {
        self.0.retain_recent();
        self.0.shrink_to_fit();
        self.0.len()
    }
}

impl fmt::Debug for Buckets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buckets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::platform::clock::Timestamp;

    #[derive(Debug, Default)]
    struct Stopped(AtomicI64);

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_800_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    /// Three at once, then one every 20 seconds.
    fn buckets() -> (Buckets, Arc<Stopped>) {
        let clock = Arc::new(Stopped::default());
        let three = NonZeroU32::new(3).unwrap();
        let rate = Rate {
            count: three,
            period: Duration::from_mins(1),
            burst: three,
        };
        (Buckets::new(rate, clock.clone()), clock)
    }

    #[test]
    fn what_is_taken_comes_back_at_the_rate() {
        let (buckets, clock) = buckets();
        for _ in 0..3 {
            assert_eq!(buckets.take(1), Ok(()));
        }
        assert_eq!(buckets.take(1), Err(Duration::from_secs(20)));
        assert_eq!(buckets.take(2), Ok(()), "another bucket");
        clock.0.store(19, Ordering::SeqCst);
        assert_eq!(
            buckets.take(1),
            Err(Duration::from_secs(1)),
            "asking takes nothing"
        );
        clock.0.store(20, Ordering::SeqCst);
        assert_eq!(buckets.take(1), Ok(()));
        assert_eq!(buckets.take(1), Err(Duration::from_secs(20)));
        clock.0.store(-3_600, Ordering::SeqCst);
        assert!(
            buckets.take(1).is_err(),
            "a clock that goes back gives nothing away"
        );
    }

    #[test]
    fn a_million_keys_have_a_bounded_number_of_buckets_that_are_forgotten_when_full() {
        let (buckets, clock) = buckets();
        for key in 0..1_000_000 {
            let _ = buckets.take(key);
        }
        assert_eq!(buckets.0.len(), 1 << 18);
        clock.0.store(81, Ordering::SeqCst);
        assert_eq!(buckets.tidy(), 0);
    }
}
