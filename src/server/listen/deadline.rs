//! A stream that fails when its client is too slow, and ends at a stop when its client sends nothing.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::{ConnectionLimits, exchange::Phase, unsent::UnsentAnswers};

/// How long a client that has sent nothing yet still has for its first bytes once the server closes: it may have
/// connected a moment ago.
const FIRST_BYTES_TIMEOUT: Duration = Duration::from_millis(250);

/// The stream of one connection.
pub(super) struct Deadlines {
    stream: TcpStream,
    limits: Arc<ConnectionLimits>,
    phase: Arc<Phase>,
    has_received: bool,
    /// Once the client has closed its sending side: when it counts as gone, if it still has no response.
    gone: Option<Pin<Box<Sleep>>>,
    /// The phase in which everything was last flushed.
    flushed: usize,
    why: Why,
    /// When to stop waiting for a client that has sent nothing yet.
    first_bytes: Option<Pin<Box<Sleep>>>,
    /// When the head must be complete, and the phase in which it began.
    head: Option<(usize, Pin<Box<Sleep>>)>,
    /// When the connection has been idle for too long, and the phase in which it became idle.
    idle: Option<(usize, Pin<Box<Sleep>>)>,
    /// What the client has taken in the current interval.
    write: Option<Taking>,
    unsent: Arc<UnsentAnswers>,
}

/// Why this side ended a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Not because of a deadline.
    Other,
    /// No request came in time, or only a part of its head.
    NoRequest,
    /// The client did not take its response.
    NotTaken,
}

/// An interval in which a client must take enough.
struct Taking {
    /// When the interval ends.
    deadline: Pin<Box<Sleep>>,
    /// Bytes taken so far.
    bytes: usize,
}

impl Deadlines {
    pub(super) fn new(
        stream: TcpStream,
        limits: Arc<ConnectionLimits>,
        phase: Arc<Phase>,
        unsent: Arc<UnsentAnswers>,
    ) -> Self {
        Self {
            stream,
            has_received: false,
            gone: None,
            flushed: 0,
            why: Why::Other,
            first_bytes: None,
            head: Some((0, Box::pin(sleep(limits.head_timeout)))),
            idle: None,
            limits,
            phase,
            write: None,
            unsent,
        }
    }

    /// The stream, and why it was ended.
    pub(super) fn into_inner(self) -> (TcpStream, Why) {
        (self.stream, self.why)
    }

    /// Whether a response, or the rest of one, must still be sent. hyper ends a connection whose client has closed its
    /// sending side, but some clients do that after their request, and wait (RFC 9112, section 9.6).
    fn owes_answer(&self) -> bool {
        let phase = self.phase.number();
        let is_flushed = self.phase.is_inside_exchange() || self.flushed == phase;
        self.phase.awaits_answer() || !is_flushed
    }

    /// Whether the client, which has closed its sending side, is still served.
    fn is_served(&mut self, context: &mut Context<'_>) -> bool {
        // Once a response is being written, the writes show whether the client takes it.
        let is_late = self.phase.awaits_answer()
            && self
                .gone
                .as_mut()
                .is_some_and(|gone| gone.as_mut().poll(context).is_ready());
        self.owes_answer() && !is_late
    }

    /// Whether the head, or its first byte, took too long. Called when there is nothing to read.
    fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        if let Some((_, deadline)) = &mut self.head {
            return deadline.as_mut().poll(context).is_ready();
        }
        if self.phase.is_inside_exchange() || self.owes_answer() {
            return false;
        }
        let phase = self.phase.number();
        if self.idle.as_ref().is_none_or(|(began, _)| *began != phase) {
            self.idle = Some((phase, Box::pin(sleep(self.limits.idle_timeout))));
        }
        let is_over =
            |(_, deadline): &mut (usize, Pin<Box<Sleep>>)| deadline.as_mut().poll(context).is_ready();
        self.idle.as_mut().is_some_and(is_over)
    }

    /// Whether the stream ends here: the server is closing, and the client sends nothing. Called when there is nothing
    /// to read.
    fn ends(&mut self, context: &mut Context<'_>) -> bool {
        let is_writing = self.write.is_some();
        if self.phase.is_inside_exchange() || is_writing || !self.phase.ends_when_idle() {
            return false;
        }
        if self.has_received {
            return self.head.is_none() && self.is_empty();
        }
        let first_bytes = self
            .first_bytes
            .get_or_insert_with(|| Box::pin(sleep(FIRST_BYTES_TIMEOUT)));
        first_bytes.as_mut().poll(context).is_ready() && self.is_empty()
    }

    /// Whether no bytes wait to be read. Asks the system itself: Tokio notices bytes with a delay.
    fn is_empty(&self) -> bool {
        let peeked = SockRef::from(&self.stream).peek(&mut [MaybeUninit::uninit()]);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Handles the result of a write of `offered` bytes, which is all that waits. Fails if the client has taken too
    /// little for too long.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        offered: usize,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = result {
            let bytes = *result.as_ref().unwrap_or(&offered);
            self.unsent.taken(bytes);
            let enough = self.bytes_to_take();
            let taking = self.write.take().filter(|_| bytes < offered);
            self.write = taking.and_then(|taking| taking.and(bytes, enough));
            return Poll::Ready(result);
        }
        let timeout = self.limits.write_timeout;
        let write = self.write.get_or_insert_with(|| Taking {
            deadline: Box::pin(sleep(timeout)),
            bytes: 0,
        });
        ready!(write.deadline.as_mut().poll(context));
        self.why = Why::NotTaken;
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// The bytes that a client must take per interval, at least one.
    fn bytes_to_take(&self) -> usize {
        let millis = usize::try_from(self.limits.write_timeout.as_millis()).unwrap_or(usize::MAX);
        (self.limits.write_rate.saturating_mul(millis) / 1_000).max(1)
    }
}

impl Taking {
    /// Adds `bytes`; none once that is enough, so that the next interval begins.
    fn and(self, bytes: usize, enough: usize) -> Option<Self> {
        let bytes = self.bytes.saturating_add(bytes);
        (bytes < enough).then_some(Self { bytes, ..self })
    }
}

impl AsyncRead for Deadlines {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let phase = self.phase.number();
        if self.head.as_ref().is_some_and(|(began, _)| *began != phase) {
            self.head = None;
        }
        if self.gone.is_some() && self.is_served(context) {
            // hyper polls again once the response is written.
            return Poll::Pending;
        }
        let filled = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.has_received |= result.is_ready();
        if matches!(result, Poll::Ready(Ok(()))) && buffer.filled().len() == filled {
            let timeout = self.limits.half_closed_timeout;
            self.gone.get_or_insert_with(|| Box::pin(sleep(timeout)));
            return if self.is_served(context) {
                Poll::Pending
            } else {
                result
            };
        }
        if result.is_ready() && !self.phase.is_inside_exchange() && self.head.is_none() {
            self.head = Some((phase, Box::pin(sleep(self.limits.head_timeout))));
        }
        if result.is_pending() && self.ends(context) {
            return Poll::Ready(Ok(()));
        }
        // What has arrived by now is read.
        if result.is_pending() && self.is_late(context) && self.is_empty() {
            // Nothing can be sent in the middle of a response, nor to a client that has never sent a request: it may
            // only have connected ahead.
            if self.has_received && self.flushed == phase {
                self.why = Why::NoRequest;
            }
            return Poll::Ready(Ok(()));
        }
        result
    }
}

impl AsyncWrite for Deadlines {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, bytes.len(), result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        let offered = slices.iter().map(|slice| slice.len()).sum();
        self.written(context, offered, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Called when everything has been written.
        self.unsent.all_taken();
        self.write = None;
        self.flushed = self.phase.number();
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Leaves the stream open: `Connections` may still send a 408, and closes it.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
