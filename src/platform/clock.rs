//! The time, as a parameter.

use std::fmt;

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
