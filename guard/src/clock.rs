//! The clock, as a dependency.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Source of the time. Tests of your service can replace it to move through time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> SystemTime;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that reads the machine's clock"
    )]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Time since 1970; zero before.
pub(crate) fn since_epoch(clock: &dyn Clock) -> Duration {
    clock.now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
