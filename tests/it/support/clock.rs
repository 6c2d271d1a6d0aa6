//! A clock that stands still until a test moves it.

use std::{
    sync::atomic::{AtomicI64, AtomicUsize, Ordering},
    time::Duration,
};

use portcullis::platform::clock::{Clock, Timestamp};

/// The instant at which every test starts.
const BEGINNING: &str = "2026-11-22T12:00:00Z";

#[derive(Debug)]
pub(crate) struct ManualClock {
    /// Milliseconds since 1970.
    now: AtomicI64,
    asked: AtomicUsize,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self {
            now: AtomicI64::new(BEGINNING.parse::<Timestamp>().unwrap().as_millisecond()),
            asked: AtomicUsize::new(0),
        }
    }
}

impl ManualClock {
    /// How often the clock was read: shows how far a request has got.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.now
            .fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn go_back(&self, by: Duration) {
        self.now
            .fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Timestamp::from_millisecond(self.now.load(Ordering::SeqCst)).unwrap()
    }
}
