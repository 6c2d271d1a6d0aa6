//! The arithmetic of one bucket (the generic cell rate algorithm).

use std::{num::NonZeroU32, time::Duration};

use crate::platform::clock::Clock;

/// Capacity and refill rate of a bucket.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// How much is refilled per `period`.
    pub count: NonZeroU32,
    /// The period of `count`.
    pub period: Duration,
    /// Capacity: how much is available after a pause.
    pub burst: NonZeroU32,
}

/// A rate in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// The time to refill one.
    each: u64,
    /// The time to refill an empty bucket.
    all: u64,
}

impl Pace {
    /// The pace of `rate`, `factor` times as fast and with a bucket `factor` times as large.
    pub(super) fn of(rate: Rate, factor: u32) -> Self {
        let count = u128::from(rate.count.get()) * u128::from(factor.max(1));
        // The interval cannot be zero, so it is at least a nanosecond.
        let each = u64::try_from(rate.period.as_nanos() / count)
            .unwrap_or(u64::MAX)
            .max(1);
        let burst = u64::from(rate.burst.get()).saturating_mul(u64::from(factor.max(1)));
        Self {
            each,
            all: each.saturating_mul(burst),
        }
    }

    /// Takes `count` from a bucket that will be full at `full_at`, or the whole bucket if it does not hold as many:
    /// returns when it will be full afterwards, or fails with the time until it has enough.
    pub(super) fn take(self, count: u32, full_at: u64, now: u64) -> Result<u64, Duration> {
        let empty = now.saturating_add(self.all);
        // A bucket cannot be emptier than empty: if it seems so, the clock has been set back.
        let after = full_at.clamp(now, empty).saturating_add(self.time_of(count));
        match after.saturating_sub(empty) {
            0 => Ok(after),
            wait => Err(Duration::from_nanos(wait)),
        }
    }

    /// When the bucket will be full after what [`Pace::take`] took of `count` is back.
    pub(super) fn give_back(self, count: u32, full_at: u64) -> u64 {
        full_at.saturating_sub(self.time_of(count))
    }

    /// The time to refill `count`, or an empty bucket.
    fn time_of(self, count: u32) -> u64 {
        self.each.saturating_mul(count.into()).min(self.all)
    }
}

/// The server's clock in nanoseconds: not before 1970, and not after 2554.
pub(super) fn nanoseconds(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().as_nanosecond()).unwrap_or_default()
}
