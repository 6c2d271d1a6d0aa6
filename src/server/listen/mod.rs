//! The accept loop: HTTP/1.1 on several addresses, with the limits that `axum::serve` leaves out.
//!
//! A client can hold a connection without sending anything, send a head or a body byte by byte, or never read its
//! response. Each of these costs the client nothing and the server a descriptor, so each has a deadline, and the
//! connections per network are limited. When slots run short, idle connections are closed, those of the fullest network
//! first, and the last slots are for networks that have few.

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
mod upgrade;

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
use self::{
    connection::Connections,
    gate::Gate,
    listener::Listener,
    shutdown::{Lifecycle, Shutdown},
};
pub use self::{
    unsent::UnsentAnswers,
    upgrade::{EndReason, EndSignal, Upgrade},
};

/// How long the server serves after `stop_delay` as during it: what was sent at the very end of the delay is still on
/// its way.
const LINGER: Duration = Duration::from_millis(250);

/// Limits of connections.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// From the first byte of a head, or from the start of the connection, to the head's end.
    pub head_timeout: Duration,
    /// How long a connection may wait for its next request.
    pub idle_timeout: Duration,
    /// How long a request runs after its client has closed its sending side: the client may be waiting for the response,
    /// or gone.
    pub half_closed_timeout: Duration,
    /// How long a client may take too little of what is written to it: nothing, or less than `write_rate` on average.
    pub write_timeout: Duration,
    /// Bytes per second that a client must read of its pending response.
    pub write_rate: usize,
    /// Bytes of large responses that one address, or one /64 network of IPv6, may leave unsent, and larger networks a
    /// multiple of it; further ones are refused.
    pub unsent_per_address: usize,
    /// Bytes of large responses that all clients together may leave unsent.
    pub unsent: usize,
    /// Size of a head in bytes, at least 8,192. Approximate: the last read may exceed it up to twice.
    pub head_bytes: usize,
    /// Headers of one request.
    pub headers: usize,
    /// Concurrent connections; further ones wait.
    pub connections: usize,
    /// Open connections of one address, or of one /64 network of IPv6; the larger networks around it may have a
    /// multiple of it. Further ones are closed.
    pub connections_per_address: usize,
    /// Proxies in front of the server. Their connections are not counted by address: each carries many clients.
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
            // Together with everything else at a stop, within the 30 s that orchestrators give by default.
            finish_timeout: Duration::from_secs(20),
        }
    }
}

impl ConnectionLimits {
    /// Limits the connections to the files that the process may open, less 100 for everything else. Raises that limit
    /// to the system's maximum.
    #[must_use]
    pub fn within_open_files(mut self) -> Self {
        if let Some(files) = open_files::raise_limit() {
            self.connections = self.connections.min(files.saturating_sub(100).max(1));
        }
        self
    }
}

/// Serves `router` on all `listeners` until `signals` yields. From then on every response asks its client to close the
/// connection. After `stop_delay`, idle connections and listeners are closed, and this returns when the requests in
/// flight are answered. If they take longer than `finish_timeout`, or at a second signal, they are aborted.
///
/// A request sent before the end of the delay is answered, even if nobody had read or accepted it by then.
///
/// Handlers get the peer's address as `ConnectInfo<SocketAddr>`.
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
                tracing::warn!("requests in flight were aborted: the time to finish is over");
            }
        }
        _ = signals.next() => tracing::warn!("requests in flight were aborted: a second signal came"),
    }
    // Dropping `loops` aborts what is left.
    Ok(())
}

/// Accepts connections until the server closes and the queue is empty, then waits until they end.
async fn accept(listener: Listener, connections: Connections) {
    let mut open = JoinSet::new();
    {
        // Keep it when another connection ends: the accepted one may be waiting for just that slot.
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
                            // Most likely out of descriptors: trying again at once would only burn CPU time.
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
