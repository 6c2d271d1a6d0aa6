//! At most one event per interval.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use crate::platform::clock::Timestamp;

/// Allows one event per interval.
#[derive(Debug)]
pub struct Throttle {
    interval_millis: i64,
    /// When the last event was allowed; milliseconds since 1970.
    last: AtomicI64,
}

impl Throttle {
    /// One event per `interval`.
    pub fn new(interval: Duration) -> Self {
        Self {
            interval_millis: i64::try_from(interval.as_millis()).unwrap_or(i64::MAX),
            last: AtomicI64::new(i64::MIN),
        }
    }

    /// Whether an event is allowed now. Of several concurrent callers, only one is.
    pub fn allow(&self, now: Timestamp) -> bool {
        let now = now.as_millisecond();
        let last = self.last.load(Ordering::Relaxed);
        // A clock that was set back starts a new interval.
        let is_over = now < last || now.saturating_sub(last) >= self.interval_millis;
        is_over
            && self
                .last
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_event_is_allowed_and_the_next_after_the_interval() {
        let hourly = Throttle::new(Duration::from_hours(1));
        let at = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        for (seconds, is_allowed) in [
            (0, true),
            (0, false),
            (3_599, false),
            (3_600, true),
            (3_601, false),
            (-1, true),
            (0, false),
        ] {
            assert_eq!(hourly.allow(at(seconds)), is_allowed, "{seconds}");
        }
    }
}
