//! Token buckets, one per key.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    bucket_table::BucketTable,
    pace::{Rate, nanoseconds},
};
use crate::platform::clock::Clock;

/// Buckets that refill at a steady rate. Each key has its own; only while 65,536 others are not full, further keys
/// share some.
pub struct Buckets {
    table: Mutex<BucketTable>,
    clock: Arc<dyn Clock>,
}

impl Buckets {
    /// Full buckets.
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        Self {
            table: Mutex::new(BucketTable::new(rate, 1)),
            clock,
        }
    }

    /// Takes one from the bucket of `key`, or fails with the time until one is available.
    pub fn take(&self, key: u64) -> Result<(), Duration> {
        self.take_many(key, 1)
    }

    /// Takes `count` from the bucket of `key`, or the whole bucket if it cannot hold as many. Fails with the time until it
    /// has enough.
    pub fn take_many(&self, key: u64, count: u32) -> Result<(), Duration> {
        let now = nanoseconds(self.clock.as_ref());
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = table.own(key, now).unwrap_or_else(|| table.shared(key));
        let bucket = table.take(count, bucket, now)?;
        table.put(bucket);
        Ok(())
    }

    /// Gives back what [`Buckets::take_many`] took.
    pub fn give_back(&self, key: u64, count: u32) {
        let now = nanoseconds(self.clock.as_ref());
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = table.own(key, now).unwrap_or_else(|| table.shared(key));
        let bucket = table.give_back(count, bucket);
        table.put(bucket);
    }

    /// Evicts full buckets and returns how many are left.
    pub fn tidy(&self) -> usize {
        let now = nanoseconds(self.clock.as_ref());
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.tidy(now)
    }
}

impl fmt::Debug for Buckets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buckets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, sync::atomic::Ordering};

    use super::*;
    use crate::platform::limit::{bucket_table::MAX_OWN, stopped::Stopped};

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
        assert_eq!(
            buckets.take(1),
            Err(Duration::from_secs(20)),
            "a clock that is set back refills nothing, and makes nobody wait longer than for an empty bucket"
        );
    }

    #[test]
    fn a_million_keys_have_a_bounded_number_of_buckets_that_are_forgotten_when_full() {
        let (buckets, clock) = buckets();
        for key in 0..1_000_000 {
            let taken = buckets.take(key);
            assert!(taken.is_ok() || key >= MAX_OWN as u64, "{key} shares its bucket");
        }
        assert_eq!(buckets.table.lock().unwrap().tidy(0), MAX_OWN + (1 << 12));
        // Full buckets are evicted when their room is needed, without waiting for a cleanup.
        clock.0.store(20, Ordering::SeqCst);
        assert_eq!(buckets.take(2_000_000), Ok(()));
        assert_eq!(buckets.table.lock().unwrap().tidy(0), 1 + (1 << 12));
        clock.0.store(81, Ordering::SeqCst);
        assert_eq!(buckets.tidy(), 0);
    }
}
