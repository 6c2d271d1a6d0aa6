//! A WebSocket with deadlines (RFC 6455).

use std::time::Duration;

use axum::body::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::{CapacityError, ProtocolError},
        protocol::{Role, WebSocketConfig},
    },
};

use super::{close::Close, limits::SocketLimits};

/// Sizes of buffers: thousands of sockets are open, and their messages are short.
const READ_BUFFER: usize = 2 * 1024;
/// Our longest message is the errors of a subscription, with some 10 KiB.
const MAX_UNSENT: usize = 128 * 1024;

/// How long a client may take for its part of the closing handshake: its slot may be needed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long sending the close to an evicted client may take.
const EVICTION_TIMEOUT: Duration = Duration::from_millis(50);

/// The server's end of a WebSocket.
pub(super) struct Transport {
    socket: WebSocketStream<TcpStream>,
    write_timeout: Duration,
    /// When something last came from the client.
    heard_at: Instant,
    pace: Pace,
}

/// How many frames were read in the current second.
struct Pace {
    frames_per_second: u32,
    began_at: Instant,
    frames: u32,
}

impl Pace {
    /// Waits until another frame may be read.
    async fn wait(&mut self) {
        let end = self.began_at + Duration::from_secs(1);
        if self.frames >= self.frames_per_second {
            sleep_until(end).await;
        }
        if Instant::now() >= end {
            (self.began_at, self.frames) = (Instant::now(), 0);
        }
    }
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
            pace: Pace {
                frames_per_second: limits.frames_per_second,
                began_at: Instant::now(),
                frames: 0,
            },
        }
    }

    /// Waits for the next frame. Can be dropped before it is ready: nothing is lost then.
    pub(super) async fn receive(&mut self) -> Result<Received, Disconnect> {
        self.pace.wait().await;
        // A client that takes no answers is not read: else the answers to its pings would pile up.
        let flushed = timeout(self.write_timeout, self.socket.flush()).await;
        if !flushed.is_ok_and(|flushed| flushed.is_ok()) {
            return Err(Disconnect::Gone);
        }
        let message = match self.socket.next().await {
            Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
                return Err(Disconnect::Close(Close::TooLarge));
            }
            Some(Err(Error::Utf8(_))) => {
                return Err(Disconnect::Close(Close::BadMessage(
                    "A message must be UTF-8.".into(),
                )));
            }
            Some(Ok(Message::Close(_))) => {
                // The library has queued the answer.
                let _ = timeout(CLOSE_TIMEOUT, self.socket.flush()).await;
                return Err(Disconnect::Gone);
            }
            Some(Err(Error::Protocol(problem))) if problem != ProtocolError::ResetWithoutClosingHandshake => {
                return Err(Disconnect::Close(Close::Protocol));
            }
            None | Some(Err(_)) => return Err(Disconnect::Gone),
            Some(Ok(message)) => message,
        };
        self.heard_at = Instant::now();
        self.pace.frames += 1;
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
        // Another client waits for the slot of an evicted one.
        let is_urgent = *close == Close::Evicted;
        let deadline = Instant::now()
            + if is_urgent {
                EVICTION_TIMEOUT
            } else {
                CLOSE_TIMEOUT
            };
        let frame = Message::Close(Some(close.frame()));
        let sent = timeout_at(deadline, self.socket.send(frame)).await;
        if !is_urgent && sent.is_ok_and(|sent| sent.is_ok()) {
            while let Ok(Some(Ok(_))) = timeout_at(deadline, self.socket.next()).await {}
        }
    }
}
