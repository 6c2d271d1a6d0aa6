//! Waiting for what another process or a socket does in its own time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Asks again and again until it is so; fails when that takes too long.
pub(crate) async fn until(what: &str, patience: Duration, mut is_so: impl AsyncFnMut() -> bool) {
    let give_up = Instant::now() + patience;
    while !is_so().await {
        assert!(Instant::now() < give_up, "waited in vain: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
