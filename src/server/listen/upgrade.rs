//! Connections that go on with another protocol after a response (RFC 9110, section 7.8).

use std::{
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use axum::body::Bytes;
use futures_util::future::BoxFuture;
use tokio::net::TcpStream;

use super::{exchange::Phase, shutdown::Shutdown};

type Handler = Box<dyn FnOnce(TcpStream, Bytes, EndSignal) -> BoxFuture<'static, ()> + Send>;

/// What to do with a connection after its response: an extension of a response with the status 101. The connection keeps
/// its slot meanwhile, and a stop of the server waits for it.
#[derive(Clone)]
pub struct Upgrade(Arc<Mutex<Option<Handler>>>);

impl Upgrade {
    /// Runs `handler` on the stream of the connection and the bytes that were already read from it. The handler sees to
    /// its own deadlines, and ends when [`EndSignal`] says so.
    pub fn new<H, F>(handler: H) -> Self
    where
        H: FnOnce(TcpStream, Bytes, EndSignal) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let handler: Handler =
            Box::new(|stream, read, end_signal| Box::pin(handler(stream, read, end_signal)));
        Self(Arc::new(Mutex::new(Some(handler))))
    }

    pub(super) async fn run(self, stream: TcpStream, read: Bytes, end_signal: EndSignal) {
        let handler = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handler) = handler {
            handler(stream, read, end_signal).await;
        }
    }
}

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Upgrade").finish()
    }
}

/// Tells the handler of an upgraded connection when it must end.
#[derive(Debug)]
pub struct EndSignal {
    shutdown: Shutdown,
    phase: Arc<Phase>,
}

/// Why a connection must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The server stops.
    Stop,
    /// Other clients need its slot.
    Evicted,
}

impl EndSignal {
    pub(super) fn new(shutdown: Shutdown, phase: Arc<Phase>) -> Self {
        Self { shutdown, phase }
    }

    /// Waits until the connection must end. For one caller.
    pub async fn wait(&self) -> EndReason {
        if self.phase.is_evicted() {
            return EndReason::Evicted;
        }
        tokio::select! {
            () = self.shutdown.closing() => EndReason::Stop,
            () = self.phase.evicted() => EndReason::Evicted,
        }
    }
}
