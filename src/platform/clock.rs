//! The time, as a parameter.

use std::{fmt, time::Duration};

pub use jiff::Timestamp;

/// Where the time comes from. Tests put their own in, and travel.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The present instant, in UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The instant that is stored as milliseconds since 1970.
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
