//! Sockets: `sessionRevoked` over `graphql-transport-ws`.

mod ends;
mod handshake;
mod limits;
mod operations;
mod protocol;
