//! The progress of a stop, visible to every connection.

use tokio::sync::watch;

/// The lifecycle of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifecycle {
    Serving,
    /// Asked to stop. Still accepts requests, and asks each client to close its connection.
    Draining,
    /// Accepts only what has already been sent.
    Closing,
}

/// Lets connections see the lifecycle.
#[derive(Debug, Clone)]
pub(super) struct Shutdown(watch::Receiver<Lifecycle>);

impl Shutdown {
    /// The state is `Serving` until the sender changes it.
    pub(super) fn channel() -> (watch::Sender<Lifecycle>, Self) {
        let (sender, receiver) = watch::channel(Lifecycle::Serving);
        (sender, Self(receiver))
    }

    /// Whether the server was asked to stop.
    pub(super) fn has_begun(&self) -> bool {
        // Called for every response: `borrow` would take a lock. A dropped sender means the same.
        self.0.has_changed().unwrap_or(true)
    }

    /// Whether idle connections end now.
    pub(super) fn is_closing(&self) -> bool {
        self.has_begun() && *self.0.borrow() == Lifecycle::Closing
    }

    /// Waits until idle connections must end.
    pub(super) async fn closing(&self) {
        // A dropped sender means the same. Waiting marks a value as seen, which `has_begun` must not do: hence the
        // clone.
        let _ = self.0.clone().wait_for(|it| *it == Lifecycle::Closing).await;
    }
}
