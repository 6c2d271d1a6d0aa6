//! One connection: its requests go to the router.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

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
};

/// How long a connection that the server ends waits for its client's end. What arrives after a socket is closed is
/// answered with a reset, which can take the answer before it along: a refusal of a large body that is still being sent,
/// for example.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The same at a stop: one way to the client and back is enough.
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

    /// The next connection, ready to be run to its end. It has a free place, or waits for one itself when the server is
    /// closing. `None` once nobody waits to be accepted any more.
    pub(super) async fn accept_from(
        &self,
        listener: &Listener,
    ) -> io::Result<Option<impl Future<Output = ()> + Send + use<>>> {
        let Some((stream, peer)) = listener.accept(&self.shutdown).await? else {
            return Ok(None);
        };
        // Asked for only now: a listener without visitors would keep a place from the others.
        let permit = tokio::select! {
            permit = self.gate.wait() => permit,
            // Holding the others up would keep the listener open.
            () = self.shutdown.closing() => None,
        };
        let connections = self.clone();
        Ok(Some(async move {
            let permit = match permit {
                Some(permit) => Some(permit),
                None => connections.gate.wait_behind().await,
            };
            let phase = Arc::new(Phase::new(connections.shutdown.clone()));
            if let Some(place) = permit.and_then(|permit| connections.gate.enter(peer.ip(), permit, &phase)) {
                connections.run(stream, peer, phase, place).await;
            } else {
                tracing::debug!(%peer, "closed a connection: its network has too many");
            }
        }))
    }

    async fn run(self, stream: TcpStream, peer: SocketAddr, phase: Arc<Phase>, _place: ConnectionSlot) {
        // Answers are written whole; waiting to fill a packet only delays them.
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
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let exchange = phase.exchange();
            let mut request = request.map(|body| RequestBody::new(body, &exchange));
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(Arc::clone(&unsent));
            let answering = router.call(request);
            async move {
                let mut answer = answering.await?;
                if exchange.is_last() {
                    answer
                        .headers_mut()
                        .insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(answer.map(|body| AnswerBody::new(body, exchange)))
            }
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // `Deadlines` is earlier, because it asks the system whether something has arrived before it gives up. With a
            // timeout of its own, hyper reads on after each answer, which starts that deadline.
            .header_read_timeout(self.limits.idle_timeout.max(self.limits.head_timeout) * 2)
            .max_buf_size(self.limits.head_bytes)
            .max_headers(self.limits.headers)
            .serve_connection(TokioIo::new(io), service);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            // Asks `Deadlines` once more, which now ends the stream when it is idle. `graceful_shutdown` would not see
            // requests that have arrived and are not read yet.
            () = self.shutdown.closing() => (&mut connection).await,
            // In the same way.
            () = eviction.evicted() => (&mut connection).await,
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection broke off");
        }
        let (stream, why) = connection.into_parts().io.into_inner().into_inner();
        let patience = match why {
            Why::NotTaken => return,
            _ if self.shutdown.has_begun() => CLOSE_TIMEOUT_AT_STOP,
            // Its place is wanted.
            _ if eviction.is_evicted() => Duration::ZERO,
            _ => CLOSE_TIMEOUT,
        };
        if why == Why::NoRequest {
            // Fits into the system's buffer, as nothing else waits to be sent.
            let _ = stream.try_write(REQUEST_TIMEOUT);
        }
        tokio::select! {
            _ = timeout(patience, close(stream)) => {}
            // Its place is wanted by now.
            () = eviction.evicted() => {}
        }
    }
}

/// Ends the writing, then reads until the client ends too.
async fn close(stream: TcpStream) -> io::Result<()> {
    // Fails where hyper has done it already and the client has ended too.
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
