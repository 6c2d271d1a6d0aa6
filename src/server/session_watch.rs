//! Keeps open sockets informed about their sessions.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::{
    context::{App, CheckScope},
    features::session,
};

/// How often all watched sessions are checked: writes of other servers are noticed only so.
const CHECK_ALL_EVERY: Duration = Duration::from_secs(2);

/// Minimum time between two checks. What this server writes is noticed at once, unless it writes all the time.
const PAUSE: Duration = Duration::from_millis(200);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut all = interval(CHECK_ALL_EVERY);
    all.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut has_failed = false;
    loop {
        let due = tokio::select! {
            _ = all.tick() => CheckScope::All,
            () = app.db.cache_generation_ended() => CheckScope::Changed,
            () = app.session_watch.added() => CheckScope::Changed,
        };
        let checked = session::check_watched(&app, due).await;
        // Once per outage: this happens several times per second.
        if let Err(failure) = &checked
            && !has_failed
        {
            tracing::warn!(?failure, "could not check the sessions of open sockets");
        }
        has_failed = checked.is_err();
        sleep(PAUSE).await;
    }
}
