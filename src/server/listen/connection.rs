//! One connection: its requests go to the router.

use std::{io, net::SocketAddr, pin::pin, sync::Arc};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{
    ConnectionLimits,
    deadline::{Deadlines, Phase},
    gate::{Gate, Place},
};

/// What all connections share.
#[derive(Clone)]
pub(super) struct Connections {
    router: TowerToHyperService<Router>,
    limits: Arc<ConnectionLimits>,
    gate: Arc<Gate>,
    stopping: watch::Receiver<bool>,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        limits: Arc<ConnectionLimits>,
        gate: Arc<Gate>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            router: TowerToHyperService::new(router),
            limits,
            gate,
            stopping,
        }
    }

    /// Returns once the server is to stop.
    pub(super) async fn stopping(&self) {
        // The sender gone means the same.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }

    /// The next connection with a free place, ready to be run to its end.
    pub(super) async fn accept_from(
        &self,
        listener: &TcpListener,
    ) -> io::Result<impl Future<Output = ()> + Send + use<>> {
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                // The client was gone before its turn came.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
                Err(error) => return Err(error),
            };
            // Asked for only now: a listener without visitors would keep a place from the others.
            let Some(permit) = self.gate.wait().await else {
                return Err(io::ErrorKind::BrokenPipe.into());
            };
            if let Some(place) = self.gate.enter(peer.ip(), permit) {
                return Ok(self.clone().run(stream, peer, place));
            }
            tracing::debug!(%peer, "closed a connection: its address has too many");
        }
    }

    async fn run(self, stream: TcpStream, peer: SocketAddr, _place: Place) {
        // Answers are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let phase = Arc::new(Phase::default());
        let io = Deadlines::new(stream, Arc::clone(&self.limits), Arc::clone(&phase));
        let router = self.router.clone();
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let exchange = phase.exchange();
            request.extensions_mut().insert(ConnectInfo(peer));
            let answering = router.call(request);
            async move {
                let answer = answering.await;
                drop(exchange);
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // Counts from the end of the last exchange; `Deadlines` counts from a head's first byte.
            .header_read_timeout(self.limits.idle_timeout.max(self.limits.head_timeout))
            .max_buf_size(self.limits.head_bytes)
            .max_headers(self.limits.headers)
            .serve_connection(TokioIo::new(io), service);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stopping() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection broke off");
        }
    }
}
