//! How far a stop has come, known to every connection.

use tokio::sync::watch;

/// What the server does, from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifecycle {
    Serving,
    /// Asked to stop. Still takes requests, and asks each client to close its connection.
    Draining,
    /// Takes only what has been sent already.
    Closing,
}

/// Lets connections see the lifecycle.
#[derive(Debug, Clone)]
pub(super) struct Shutdown(watch::Receiver<Lifecycle>);

impl Shutdown {
    /// The server serves until the sender says otherwise.
    pub(super) fn channel() -> (watch::Sender<Lifecycle>, Self) {
        let (sender, receiver) = watch::channel(Lifecycle::Serving);
        (sender, Self(receiver))
    }

    /// Whether the server was asked to stop.
    pub(super) fn has_begun(&self) -> bool {
        // Asked with every answer: `borrow` would take a lock. The sender gone means the same.
        self.0.has_changed().unwrap_or(true)
    }

    /// Whether idle connections end now.
    pub(super) fn is_closing(&self) -> bool {
        self.has_begun() && *self.0.borrow() == Lifecycle::Closing
    }

    /// Returns once idle connections are to end.
    pub(super) async fn closing(&self) {
        // The sender gone means the same. Waiting marks a value as seen, which `has_begun` must not: hence the clone.
        let _ = self.0.clone().wait_for(|it| *it == Lifecycle::Closing).await;
    }
}
