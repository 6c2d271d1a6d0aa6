//! HTTP ground: what every route shares.

pub mod client;
pub mod credential;
pub mod request_id;
