//! A listening socket that closes only when its queue is empty.

use std::{io, net::SocketAddr};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};

use super::shutdown::Shutdown;

/// Accepts connections.
#[derive(Debug)]
pub(super) struct Listener(TcpListener);

impl Listener {
    pub(super) fn new(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener).map(Self)
    }

    /// The next connection; `None` once the server is closing and the queue is empty.
    pub(super) async fn accept(&self, shutdown: &Shutdown) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        loop {
            let accepted = tokio::select! {
                accepted = self.0.accept() => accepted.map(Some),
                () = shutdown.closing() => self.accept_waiting(),
            };
            match accepted {
                // The client gave up before it was accepted.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                accepted => return accepted,
            }
        }
    }

    /// Asks the system itself: Tokio notices a new connection with a delay.
    fn accept_waiting(&self) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        let (socket, peer) = match SockRef::from(&self.0).accept() {
            Ok(accepted) => accepted,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error),
        };
        socket.set_nonblocking(true)?;
        let stream = TcpStream::from_std(socket.into())?;
        let peer = peer.as_socket().ok_or(io::ErrorKind::InvalidData)?;
        Ok(Some((stream, peer)))
    }
}
