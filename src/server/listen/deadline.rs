//! A stream that fails when its client is too slow.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::ConnectionLimits;

/// Whether a connection is between requests or inside one: even or odd.
#[derive(Debug, Default)]
pub(super) struct Phase(AtomicUsize);

/// A request being answered; ends when dropped.
pub(super) struct Exchange(Arc<Phase>);

impl Phase {
    /// A head is complete.
    pub(super) fn exchange(self: &Arc<Self>) -> Exchange {
        self.0.fetch_add(1, Ordering::Relaxed);
        Exchange(Arc::clone(self))
    }

    fn number(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The stream of one connection.
pub(super) struct Deadlines {
    stream: TcpStream,
    limits: Arc<ConnectionLimits>,
    phase: Arc<Phase>,
    /// When the head must be complete, and the phase in which it began.
    head: Option<(usize, Pin<Box<Sleep>>)>,
    /// When the client must have taken something.
    write: Option<Pin<Box<Sleep>>>,
}

impl Deadlines {
    pub(super) fn new(stream: TcpStream, limits: Arc<ConnectionLimits>, phase: Arc<Phase>) -> Self {
        Self {
            stream,
            head: Some((0, Box::pin(sleep(limits.head_timeout)))),
            limits,
            phase,
            write: None,
        }
    }

    /// Passes on what came of a write; fails when the client has taken nothing for too long.
    fn written<T>(&mut self, context: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.write = None;
            return result;
        }
        let timeout = self.limits.write_timeout;
        let write = self.write.get_or_insert_with(|| Box::pin(sleep(timeout)));
        ready!(write.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
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
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        let between_requests = phase.is_multiple_of(2);
        if result.is_ready() && between_requests && self.head.is_none() {
            self.head = Some((phase, Box::pin(sleep(self.limits.head_timeout))));
        }
        if let (Poll::Pending, Some((_, deadline))) = (&result, &mut self.head) {
            ready!(deadline.as_mut().poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
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
        self.written(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(context);
        self.written(context, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
