//! A clock that moves only when a test sets it.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::platform::clock::{Clock, Timestamp};

/// Seconds since a fixed instant.
#[derive(Debug, Default)]
pub struct Stopped(pub AtomicI64);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
    }
}
