//! A WebSocket with deadlines (RFC 6455).

use std::time::Duration;

use axum::body::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::CapacityError,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{close::Close, limits::SocketLimits};

/// Sizes of buffers: thousands of sockets are open, and their messages are short.
const READ_BUFFER: usize = 2 * 1024;
const MAX_UNSENT: usize = 2 * 1024 * 1024;

/// How long a client may take for its part of the closing handshake: its slot may be needed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The server's end of a WebSocket.
pub(super) struct Transport {
    socket: WebSocketStream<TcpStream>,
    write_timeout: Duration,
    /// When something last came from the client.
    heard_at: Instant,
}

/// What came from a client.
pub(super) enum Received {
    Text(String),
    /// A frame that needs no answer of ours.
    Other,
}

/// The socket is of no more use.
pub(super) enum Disconnect {
    /// The connection broke, or the client closed it.
    Gone,
    /// The server must close it.
    Close(Close),
}

impl Transport {
    /// Takes over a connection after the handshake, with the bytes that were already read from it.
    pub(super) async fn new(stream: TcpStream, read: Bytes, limits: &SocketLimits) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(MAX_UNSENT)
            .max_message_size(Some(limits.message_bytes))
            .max_frame_size(Some(limits.message_bytes));
        // A copy, since the bytes keep the whole buffer of the request.
        let read = read.to_vec();
        let socket = WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await;
        Self {
            socket,
            write_timeout: limits.write_timeout,
            heard_at: Instant::now(),
        }
    }

    /// Waits for the next frame. Can be dropped before it is ready: nothing is lost then.
    pub(super) async fn receive(&mut self) -> Result<Received, Disconnect> {
        let message = match self.socket.next().await {
            Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
                return Err(Disconnect::Close(Close::TooLarge));
            }
            Some(Err(Error::Utf8(_))) => {
                return Err(Disconnect::Close(Close::BadMessage(
                    "A message must be UTF-8.".into(),
                )));
            }
            None | Some(Ok(Message::Close(_)) | Err(_)) => return Err(Disconnect::Gone),
            Some(Ok(message)) => message,
        };
        self.heard_at = Instant::now();
        match message {
            Message::Text(text) => Ok(Received::Text(text.as_str().to_owned())),
            Message::Binary(_) => Err(Disconnect::Close(Close::BadMessage(
                "A message must be text.".into(),
            ))),
            // The library has queued the answer to a ping.
            _ => Ok(Received::Other),
        }
    }

    /// Sends a text.
    pub(super) async fn send(&mut self, text: String) -> Result<(), Disconnect> {
        self.write(Message::text(text)).await
    }

    /// Sends a ping, unless nothing came from the client for `silence`.
    pub(super) async fn ping(&mut self, silence: Duration) -> Result<(), Disconnect> {
        if self.heard_at.elapsed() >= silence {
            return Err(Disconnect::Gone);
        }
        self.write(Message::Ping(Bytes::new())).await
    }

    async fn write(&mut self, message: Message) -> Result<(), Disconnect> {
        match timeout(self.write_timeout, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Disconnect::Gone),
        }
    }

    /// Closes the socket, and waits for the client to do so, too.
    pub(super) async fn close(mut self, close: &Close) {
        let deadline = Instant::now() + CLOSE_TIMEOUT;
        let frame = Message::Close(Some(close.frame()));
        if let Ok(Ok(())) = timeout_at(deadline, self.socket.send(frame)).await {
            while let Ok(Some(Ok(_))) = timeout_at(deadline, self.socket.next()).await {}
        }
    }
}
