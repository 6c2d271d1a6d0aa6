//! Subscriptions over WebSocket, with the sub-protocol `graphql-transport-ws`
//! (<https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md>).
//!
//! A socket belongs to one session: that of the token in `connection_init`, else of the cookies. It takes only
//! subscriptions, and each passes the same checks as a request by POST. It ends with its session, with its token, and
//! when its client is silent. The library's own sockets run queries and mutations without any of these checks, have no
//! deadlines and no limits: see `docs/decisions`.

mod authenticate;
mod close;
mod conversation;
mod handshake;
mod limits;
mod message;
mod open_sockets;
mod subscriptions;
mod transport;

pub use self::{
    handshake::{Sockets, accept, is_handshake},
    limits::SocketLimits,
    open_sockets::OpenSockets,
};
