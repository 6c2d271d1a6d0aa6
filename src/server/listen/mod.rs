//! The accept loop: HTTP/1.1 on several addresses, with the limits that `axum::serve` leaves out.
//!
//! A client can hold a connection without sending anything, send a head or a body byte by byte, or never read
//! what it asked for. Each of these costs nothing to do and a descriptor here, so each has a deadline; and one
//! network has only so many connections. When places run short, idle connections make room, those of the network with
//! the most first, and the last places are for networks that have few.

mod connection;
mod deadline;
mod exchange;
mod gate;
mod listener;
mod open_files;
mod shutdown;
#[cfg(test)]
mod tests;
mod unsent;

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use futures_util::{Stream, StreamExt, stream};
use ipnet::IpNet;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

#[cfg(test)]
pub(super) use self::unsent::AnswerBudget;
pub use self::unsent::UnsentAnswers;
use self::{
    connection::Connections,
    gate::Gate,
    listener::Listener,
    shutdown::{Lifecycle, Shutdown},
};

/// How long the server goes on after `stop_delay` as it does within it: what was sent at the very end of the delay is
/// still on its way.
const LINGER: Duration = Duration::from_millis(250);

/// Limits of connections.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// From the first byte of a head, or from the start of the connection, to the head's end.
    pub head_timeout: Duration,
    /// How long a connection may wait for its next request.
    pub idle_timeout: Duration,
    /// How long a request goes on whose client has closed its sending side: it waits for the answer, or it has gone.
    pub half_closed_timeout: Duration,
    /// How long a client may take too little of what is written to it: nothing, or less than `write_rate` on average.
    pub write_timeout: Duration,
    /// Bytes a second that a client must take of what waits for it.
    pub write_rate: usize,
    /// Bytes of large answers that one address, or one /64 network of IPv6, may leave waiting, and larger networks a
    /// multiple of it; further ones are refused.
    pub unsent_per_address: usize,
    /// Bytes of large answers that all may leave waiting.
    pub unsent: usize,
    /// Size of a head in bytes, at least 8,192. Roughly: what came with the last read may exceed it up to twice.
    pub head_bytes: usize,
    /// Headers of one request.
    pub headers: usize,
    /// Connections served at once; further ones wait.
    pub connections: usize,
    /// Connections of one address, or of one /64 network of IPv6, open at once; the larger networks around it may have a
    /// multiple of it. Further ones are closed.
    pub connections_per_address: usize,
    /// Proxies in front, whose connections are not counted by address: each carries many clients'.
    pub proxies: Vec<IpNet>,
    /// How long the server still accepts connections after the signal to stop: load balancers need time to notice.
    pub stop_delay: Duration,
    /// How long requests in flight have to finish after that.
    pub finish_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            half_closed_timeout: Duration::from_secs(1),
            write_timeout: Duration::from_secs(30),
            write_rate: 4 * 1024,
            unsent_per_address: 4 * 1024 * 1024,
            unsent: 64 * 1024 * 1024,
            head_bytes: 16 * 1024,
            headers: 100,
            connections: 10_000,
            connections_per_address: 200,
            proxies: Vec::new(),
            stop_delay: Duration::ZERO,
            // With all else that a stop takes, within the 30 s that orchestrators give by default.
            finish_timeout: Duration::from_secs(20),
        }
    }
}

impl ConnectionLimits {
    /// The same limits with no more connections than the process may open files, less 100 for all else. Raises that
    /// limit as high as it can.
    #[must_use]
    pub fn within_open_files(mut self) -> Self {
        if let Some(files) = open_files::raise_limit() {
            self.connections = self.connections.min(files.saturating_sub(100).max(1));
        }
        self
    }
}

/// Serves `router` on all `listeners` until `signals` yields. Then every answer asks its client to close the connection;
/// once `stop_delay` is over, idle connections and listeners are closed, and this returns when the requests in flight
/// are answered. When they take longer than `finish_timeout`, or at a second signal, they are cut.
///
/// A request sent before the end of the delay is answered, also one that nobody has read or accepted by then.
///
/// Handlers find the peer's address as `ConnectInfo<SocketAddr>`.
pub async fn serve(
    listeners: Vec<std::net::TcpListener>,
    router: Router,
    limits: ConnectionLimits,
    signals: impl Stream<Item = ()>,
) -> io::Result<()> {
    let (lifecycle, shutdown) = Shutdown::channel();
    let gate = Arc::new(Gate::new(
        limits.connections,
        limits.connections_per_address,
        limits.proxies.clone(),
    ));
    let limits = Arc::new(limits);
    let connections = Connections::new(router, Arc::clone(&limits), gate, shutdown);
    let mut loops = JoinSet::new();
    for listener in listeners {
        loops.spawn(accept(Listener::new(listener)?, connections.clone()));
    }
    drop(connections);
    // A stream that ends will never signal again.
    let mut signals = pin!(signals.chain(stream::pending()));
    signals.next().await;
    lifecycle.send_replace(Lifecycle::Draining);
    let finished = async {
        sleep(limits.stop_delay + LINGER).await;
        lifecycle.send_replace(Lifecycle::Closing);
        let finished = async { while loops.join_next().await.is_some() {} };
        timeout(limits.finish_timeout, finished).await
    };
    tokio::select! {
        ended = finished => {
            if ended.is_err() {
                tracing::warn!("requests still in flight were cut: the time to finish is over");
            }
        }
        _ = signals.next() => tracing::warn!("requests still in flight were cut: a second signal came"),
    }
    // Dropping `loops` ends what is left.
    Ok(())
}

/// Takes connections until the server closes and nobody waits to be accepted, then waits for those it has.
async fn accept(listener: Listener, connections: Connections) {
    let mut open = JoinSet::new();
    {
        // Lives on when another connection ends meanwhile: the one it holds may be waiting for just that place.
        let mut accepting = pin!(connections.accept_from(&listener));
        loop {
            tokio::select! {
                accepted = accepting.as_mut() => {
                    accepting.set(connections.accept_from(&listener));
                    match accepted {
                        Ok(Some(connection)) => {
                            open.spawn(connection);
                        }
                        Ok(None) => break,
                        Err(error) => {
                            // Out of descriptors, most likely: trying again at once would only burn time.
                            tracing::warn!(%error, "could not accept a connection");
                            sleep(Duration::from_millis(100)).await;
                        }
                    }
                }
                Some(_) = open.join_next() => {}
            }
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}
