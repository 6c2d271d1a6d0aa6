//! What the server does from time to time by itself.

use std::{sync::Arc, time::Duration};

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::{
    context::App,
    features::{attempt, form_receipt, session},
    platform::db::DbResult,
};

/// How often SQLite's write-ahead log is moved into the database file.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);

/// How often sessions that ended long ago, attempts that count no more, and the like are forgotten.
const PURGE_EVERY: Duration = Duration::from_hours(1);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut checkpoint = every(CHECKPOINT_EVERY);
    let mut purge = every(PURGE_EVERY);
    loop {
        tokio::select! {
            _ = checkpoint.tick() => {
                if let Err(failure) = app.db.checkpoint().await {
                    tracing::warn!(?failure, "could not move the write-ahead log into the database");
                }
            }
            _ = purge.tick() => {
                tell("sessions that ended long ago", session::purge(&app).await);
                tell("attempts that count no more", attempt::purge(&app).await);
                tell("receipts of forms", form_receipt::purge(&app).await);
            }
        }
    }
}

fn every(time: Duration) -> Interval {
    let mut interval = interval(time);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn tell(what: &str, purged: DbResult<u64>) {
    match purged {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "forgot {what}"),
        Err(failure) => tracing::warn!(?failure, "could not forget {what}"),
    }
}
