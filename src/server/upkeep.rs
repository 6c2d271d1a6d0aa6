//! What the server does from time to time by itself.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval};

use crate::platform::app::App;

/// How often SQLite's write-ahead log is moved into the database file.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut tick = interval(CHECKPOINT_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(failure) = app.db.checkpoint().await {
            tracing::warn!(?failure, "could not move the write-ahead log into the database");
        }
    }
}
