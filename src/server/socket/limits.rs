//! Limits of sockets.

use std::time::Duration;

/// Limits of one socket.
#[derive(Debug, Clone, Copy)]
pub struct SocketLimits {
    /// From the handshake to `connection_init`.
    pub init_timeout: Duration,
    /// How often a ping is sent. A client from which nothing came for two and a half times as long is gone.
    pub ping_interval: Duration,
    /// How often the token is checked again.
    pub check_interval: Duration,
    /// How long a socket may be open without a subscription, counted in pings.
    pub idle_pings: u32,
    /// How long a client may take for one message.
    pub write_timeout: Duration,
    /// Bytes of one message of a client.
    pub message_bytes: usize,
    /// Bytes of one message before `connection_init` was accepted.
    pub first_message_bytes: usize,
    /// Frames before `connection_init`.
    pub first_frames: usize,
    /// Frames that are read in a second.
    pub frames_per_second: u32,
    /// Open subscriptions.
    pub subscriptions: usize,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            init_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(30),
            check_interval: Duration::from_secs(5),
            idle_pings: 2,
            write_timeout: Duration::from_secs(5),
            message_bytes: 64 * 1024,
            first_message_bytes: 16 * 1024,
            first_frames: 10,
            frames_per_second: 100,
            subscriptions: 10,
        }
    }
}
