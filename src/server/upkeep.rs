//! Periodic maintenance.

use std::{sync::Arc, time::Duration};

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::{
    context::App,
    features::{attempt, form_receipt, session},
    platform::db::DbResult,
};

/// How often SQLite's write-ahead log is moved into the database file.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);

/// How often sessions that ended long ago, attempts that no longer count, and the like are deleted.
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
                log("sessions that ended long ago", session::purge(&app).await);
                log("attempts that no longer count", attempt::purge(&app).await);
                log("old form receipts", form_receipt::purge(&app).await);
            }
        }
    }
}

fn every(time: Duration) -> Interval {
    let mut interval = interval(time);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn log(what: &str, purged: DbResult<u64>) {
    match purged {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "deleted {what}"),
        Err(failure) => tracing::warn!(?failure, "could not delete {what}"),
    }
}
