//! HTTP ground: what every route shares.

pub mod client;
pub mod credential;
pub mod entity_tag;
pub mod error;
pub mod request_id;
