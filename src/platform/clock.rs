//! The clock, as a dependency.

use std::{fmt, time::Duration};

pub use jiff::Timestamp;

/// Source of the time. Tests replace it to move through time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The current instant, in UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The instant from milliseconds since 1970, clamped to the range of [`Timestamp`].
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis.is_negative() {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// The instant `by` after another.
pub fn later(instant: Timestamp, by: Duration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_time_is_before_or_after_all_times() {
        assert_eq!(from_millis(i64::MIN), Timestamp::MIN);
        assert_eq!(from_millis(i64::MAX), Timestamp::MAX);
    }
}
