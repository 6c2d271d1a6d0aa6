//! Once in a while.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use crate::platform::clock::Timestamp;

/// Lets something through once in so long, whoever asks for it.
#[derive(Debug)]
pub struct Rarely {
    every: i64,
    /// When it was let through last; milliseconds since 1970.
    last: AtomicI64,
}

impl Rarely {
    /// Once in this time.
    pub fn every(time: Duration) -> Self {
        Self {
            every: i64::try_from(time.as_millis()).unwrap_or(i64::MAX),
            last: AtomicI64::new(i64::MIN),
        }
    }

    /// Whether it is time again. Of several who ask at once, one is told so.
    pub fn is_time(&self, now: Timestamp) -> bool {
        let now = now.as_millisecond();
        let last = self.last.load(Ordering::Relaxed);
        // A clock that was set back begins anew.
        let is_time = now < last || now.saturating_sub(last) >= self.every;
        is_time
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
    fn it_is_time_at_first_and_again_when_the_time_is_over() {
        let hourly = Rarely::every(Duration::from_hours(1));
        let at = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        for (seconds, is_time) in [
            (0, true),
            (0, false),
            (3_599, false),
            (3_600, true),
            (3_601, false),
            (-1, true),
            (0, false),
        ] {
            assert_eq!(hourly.is_time(at(seconds)), is_time, "{seconds}");
        }
    }
}
