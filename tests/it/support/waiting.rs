//! Waits for another process or a socket.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Long enough for a busy machine: only failing tests wait this long.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Polls until the condition holds; fails if that takes too long.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !is_so().await {
        assert!(Instant::now() < deadline, "timed out waiting: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
