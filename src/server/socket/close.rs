//! How the server closes a socket: a code of the sub-protocol or of RFC 6455, section 7.4.1, and a reason.

use std::borrow::Cow;

use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};

/// Maximum length of a reason, in bytes (RFC 6455, section 5.5).
const MAX_REASON: usize = 123;

/// Why the server closes a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Close {
    /// A message is no message of the sub-protocol.
    BadMessage(Cow<'static, str>),
    /// Not signed in, or no longer: the client must sign in again.
    Unauthorized(Cow<'static, str>),
    /// The token no longer suffices: a new socket with a newer token will do.
    TokenOutdated(&'static str),
    /// No `connection_init` came in time.
    InitTimeout,
    /// A subscription with this id is open.
    DuplicateId(String),
    /// A second `connection_init`.
    SecondInit,
    /// The message is too large.
    TooLarge,
    /// A frame breaks the rules of WebSocket.
    Protocol,
    /// Another client needs the connection.
    Evicted,
    /// No subscription for too long.
    Idle,
    /// The server stops.
    Stop,
    /// The client should try again later: too many sockets of the account, or the database does not answer.
    Busy(&'static str),
}

impl Close {
    /// The frame to send.
    pub(super) fn frame(&self) -> CloseFrame {
        let (code, reason): (u16, Cow<'_, str>) = match self {
            Self::Idle => (1000, "No subscription is open.".into()),
            Self::Stop => (1001, "The server stops.".into()),
            Self::Protocol => (1002, "The frame breaks RFC 6455.".into()),
            Self::Evicted => (1013, "Other clients need the connection. Try again later.".into()),
            Self::TooLarge => (1009, "The message is too large.".into()),
            Self::Busy(reason) => (1013, (*reason).into()),
            Self::BadMessage(reason) => (4400, reason.as_ref().into()),
            Self::Unauthorized(reason) => (4401, reason.as_ref().into()),
            Self::TokenOutdated(reason) => (4403, (*reason).into()),
            Self::InitTimeout => (4408, "Connection initialisation timeout".into()),
            Self::DuplicateId(id) => (4409, format!("Subscriber for {id} already exists").into()),
            Self::SecondInit => (4429, "Too many initialisation requests".into()),
        };
        let end = reason.floor_char_boundary(MAX_REASON);
        let reason = reason.get(..end).unwrap_or_default();
        CloseFrame {
            code: CloseCode::from(code),
            reason: reason.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_fits_into_its_frame() {
        let frame = Close::DuplicateId("é".repeat(100)).frame();
        assert_eq!(u16::from(frame.code), 4409);
        assert!(frame.reason.len() <= MAX_REASON);
        assert!(frame.reason.starts_with("Subscriber for éé"));
    }
}
