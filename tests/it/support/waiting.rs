//! Waiting for what another process or a socket does in its own time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Long enough for a busy machine: only failing tests wait this long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks again and again until it is so; fails when that takes too long.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let give_up = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < give_up, "waited in vain: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
