//! Whether a connection is inside an exchange (a request and its response), or between two.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::sync::Notify;

use super::shutdown::Shutdown;

/// The phase of one connection.
#[derive(Debug)]
pub(super) struct Phase {
    /// Counts the starts and ends of exchanges: even between them, odd inside one.
    number: AtomicUsize,
    /// The number of the last exchange whose request has been read to its end.
    read: AtomicUsize,
    shutdown: Shutdown,
    /// Whether the connection must make room for others.
    is_evicted: AtomicBool,
    evicted: Notify,
}

/// A request and its response; ends when dropped.
pub(super) struct Exchange(Arc<Phase>);

impl Phase {
    pub(super) fn new(shutdown: Shutdown) -> Self {
        Self {
            number: AtomicUsize::default(),
            read: AtomicUsize::default(),
            shutdown,
            is_evicted: AtomicBool::new(false),
            evicted: Notify::new(),
        }
    }

    /// Asks the connection to end as soon as it is idle. Returns whether this is the first time.
    pub(super) fn evict(&self) -> bool {
        let is_first = !self.is_evicted.swap(true, Ordering::Relaxed);
        if is_first {
            self.evicted.notify_one();
        }
        is_first
    }

    /// Whether the connection was asked to make room.
    pub(super) fn is_evicted(&self) -> bool {
        self.is_evicted.load(Ordering::Relaxed)
    }

    /// Waits until the connection is asked to make room. For one caller.
    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// Starts an exchange: a head is complete.
    pub(super) fn exchange(self: &Arc<Self>) -> Exchange {
        self.number.fetch_add(1, Ordering::Relaxed);
        Exchange(Arc::clone(self))
    }

    pub(super) fn number(&self) -> usize {
        self.number.load(Ordering::Relaxed)
    }

    pub(super) fn is_inside_exchange(&self) -> bool {
        !self.number().is_multiple_of(2)
    }

    /// Whether a request has been read to its end, and its response has not been handed over yet.
    pub(super) fn awaits_answer(&self) -> bool {
        self.is_inside_exchange() && self.read.load(Ordering::Relaxed) == self.number()
    }

    /// Whether the connection must end once nothing is left to read or to write.
    pub(super) fn ends_when_idle(&self) -> bool {
        self.is_evicted() || self.shutdown.is_closing()
    }
}

impl Exchange {
    /// Whether the connection must end after this exchange.
    pub(super) fn is_last(&self) -> bool {
        self.0.is_evicted() || self.0.shutdown.has_begun()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.number.fetch_add(1, Ordering::Relaxed);
    }
}

/// The body of a request. The request counts as read once this has ended or was dropped.
pub(super) struct RequestBody {
    body: Incoming,
    phase: Arc<Phase>,
    exchange: usize,
}

impl RequestBody {
    pub(super) fn new(body: Incoming, exchange: &Exchange) -> Self {
        let phase = Arc::clone(&exchange.0);
        let exchange = phase.number();
        let body = Self {
            body,
            phase,
            exchange,
        };
        if body.body.is_end_stream() {
            body.is_read();
        }
        body
    }

    fn is_read(&self) {
        self.phase.read.fetch_max(self.exchange, Ordering::Relaxed);
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) || self.body.is_end_stream() {
            self.is_read();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.is_read();
    }
}

/// The body of a response. The exchange lasts until this has been handed over to be written.
pub(super) struct AnswerBody {
    body: Body,
    _exchange: Exchange,
}

impl AnswerBody {
    pub(super) fn new(body: Body, exchange: Exchange) -> Self {
        Self {
            body,
            _exchange: exchange,
        }
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
