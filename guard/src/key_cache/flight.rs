//! One fetch of the keys.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{DEFAULT_MAX_AGE, MAX_MAX_AGE, MIN_MAX_AGE, Shared};
use crate::{FetchError, FetchedKeys, key_set::KeySet};

/// A fetch that is under way. However it ends, even by a panic or with its runtime, its result is stored: otherwise
/// everybody would wait for it for ever.
pub(super) struct Flight {
    shared: Arc<Shared>,
    began: Duration,
    /// The keys, and how long they are fresh.
    fetched: Result<(KeySet, Duration), FetchError>,
    /// Dropped last, after the result is stored.
    _landed: watch::Sender<()>,
}

impl Flight {
    /// A fetch to be run in a task of its own. What comes with it closes when the fetch has ended.
    pub(super) fn new(shared: &Arc<Shared>, now: Duration) -> (Self, watch::Receiver<()>) {
        let (sender, receiver) = watch::channel(());
        let flight = Self {
            shared: Arc::clone(shared),
            began: now,
            fetched: Err(FetchError::new("the fetch was broken off")),
            _landed: sender,
        };
        (flight, receiver)
    }

    pub(super) async fn run(mut self) {
        let time_limit = self.shared.fetch_timeout;
        self.fetched = match tokio::time::timeout(time_limit, self.shared.source.fetch_boxed()).await {
            Ok(fetched) => fetched.and_then(|fetched| read(&fetched)),
            Err(_) => Err(FetchError::new(format!("no answer within {time_limit:?}"))),
        };
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let broken = Err(FetchError::new(""));
        self.shared
            .land(self.began, std::mem::replace(&mut self.fetched, broken));
    }
}

fn read(fetched: &FetchedKeys) -> Result<(KeySet, Duration), FetchError> {
    let max_age = fetched.max_age.unwrap_or(DEFAULT_MAX_AGE);
    Ok((
        KeySet::read(&fetched.document)?,
        max_age.clamp(MIN_MAX_AGE, MAX_MAX_AGE),
    ))
}
