//! Serves one connection.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    body::Incoming,
    header::{CONNECTION, HeaderValue},
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use socket2::SockRef;
use tokio::{net::TcpStream, time::timeout};

use super::{
    ConnectionLimits,
    deadline::{Deadlines, Why},
    exchange::{AnswerBody, Phase, RequestBody},
    gate::{ConnectionSlot, Gate},
    listener::Listener,
    shutdown::Shutdown,
    unsent::AnswerBudget,
    upgrade::{EndSignal, Upgrade},
};

/// How long a closing connection waits for its client to close too. Data that arrives after a socket is closed is
/// answered with a reset, which can destroy the response before it: for example, the refusal of a large body that is
/// still being sent.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The same at a stop: one round trip is enough.
const CLOSE_TIMEOUT_AT_STOP: Duration = Duration::from_millis(500);

/// Sent when a request does not arrive in time, or at the end of an idle connection. A request that crosses with it was
/// not read, and may be sent again (RFC 9110, section 15.5.9).
const REQUEST_TIMEOUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// What all connections share.
#[derive(Clone)]
pub(super) struct Connections {
    router: TowerToHyperService<Router>,
    limits: Arc<ConnectionLimits>,
    gate: Arc<Gate>,
    budget: Arc<AnswerBudget>,
    shutdown: Shutdown,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        limits: Arc<ConnectionLimits>,
        gate: Arc<Gate>,
        shutdown: Shutdown,
    ) -> Self {
        Self {
            router: TowerToHyperService::new(router),
            budget: Arc::new(AnswerBudget::new(limits.unsent_per_address, limits.unsent)),
            limits,
            gate,
            shutdown,
        }
    }

    /// The next connection, as a future that runs it to its end. It has a free slot, or waits for one itself when the
    /// server is closing. `None` if the queue is empty then.
    pub(super) async fn accept_from(
        &self,
        listener: &Listener,
    ) -> io::Result<Option<impl Future<Output = ()> + Send + use<>>> {
        let Some((stream, peer)) = listener.accept(&self.shutdown).await? else {
            return Ok(None);
        };
        // Wait for a slot only now: a listener without clients would keep it from the others.
        let permit = tokio::select! {
            permit = self.gate.wait() => permit,
            // Waiting here would keep the listener open.
            () = self.shutdown.closing() => None,
        };
        let connections = self.clone();
        Ok(Some(async move {
            let permit = match permit {
                Some(permit) => Some(permit),
                None => connections.gate.wait_behind().await,
            };
            let phase = Arc::new(Phase::new(connections.shutdown.clone()));
            if let Some(slot) = permit.and_then(|permit| connections.gate.enter(peer.ip(), permit, &phase)) {
                connections.run(stream, peer, phase, slot).await;
            } else {
                tracing::debug!(%peer, "closed a connection: its network has too many");
            }
        }))
    }

    async fn run(self, stream: TcpStream, peer: SocketAddr, phase: Arc<Phase>, _slot: ConnectionSlot) {
        // Responses are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let unsent = self.budget.connection();
        let io = Deadlines::new(
            stream,
            Arc::clone(&self.limits),
            Arc::clone(&phase),
            Arc::clone(&unsent),
        );
        let router = self.router.clone();
        let eviction = Arc::clone(&phase);
        let upgrade = Arc::new(Mutex::new(None));
        let upgrading = Arc::clone(&upgrade);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let exchange = phase.exchange();
            let mut request = request.map(|body| RequestBody::new(body, &exchange));
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(Arc::clone(&unsent));
            let (answering, upgrading) = (router.call(request), Arc::clone(&upgrading));
            async move {
                let mut answer = answering.await?;
                if let Some(upgrade) = answer.extensions_mut().remove::<Upgrade>() {
                    // It has its own `Connection`.
                    *upgrading.lock().unwrap_or_else(PoisonError::into_inner) = Some(upgrade);
                } else if exchange.is_last() {
                    answer
                        .headers_mut()
                        .insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(answer.map(|body| AnswerBody::new(body, exchange)))
            }
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // `Deadlines` expires earlier, because it asks the system whether something has arrived before it gives up.
            // hyper needs a timeout too: only then does it read on after each response, which starts that deadline.
            .header_read_timeout(self.limits.idle_timeout.max(self.limits.head_timeout) * 2)
            .max_buf_size(self.limits.head_bytes)
            .max_headers(self.limits.headers)
            .serve_connection(TokioIo::new(io), service);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            // Polls `Deadlines` again, which now ends the stream if it is idle. `graceful_shutdown` would miss requests
            // that have arrived but are not read yet.
            () = self.shutdown.closing() => (&mut connection).await,
            // For the same reason.
            () = eviction.evicted() => (&mut connection).await,
        };
        let is_complete = ended.is_ok();
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection broke off");
        }
        let parts = connection.into_parts();
        let (stream, why) = parts.io.into_inner().into_inner();
        let upgrade = upgrade.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(upgrade) = upgrade
            && is_complete
        {
            let end_signal = EndSignal::new(self.shutdown, eviction);
            upgrade.run(stream, parts.read_buf, end_signal).await;
            return;
        }
        let close_timeout = match why {
            Why::NotTaken => return,
            _ if self.shutdown.has_begun() => CLOSE_TIMEOUT_AT_STOP,
            // Its slot is needed.
            _ if eviction.is_evicted() => Duration::ZERO,
            _ => CLOSE_TIMEOUT,
        };
        if why == Why::NoRequest {
            // Fits into the system's buffer: nothing else waits to be sent.
            let _ = stream.try_write(REQUEST_TIMEOUT);
        }
        tokio::select! {
            _ = timeout(close_timeout, close(stream)) => {}
            // Its slot is needed by now.
            () = eviction.evicted() => {}
        }
    }
}

/// Closes the sending side, then reads until the client closes too.
async fn close(stream: TcpStream) -> io::Result<()> {
    // Fails if hyper has already done it and the client has closed too.
    let _ = SockRef::from(&stream).shutdown(std::net::Shutdown::Write);
    loop {
        stream.readable().await?;
        match stream.try_read(&mut [0; 4_096]) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}
