//! HTTP ground: what every route shares.

pub mod error;
pub mod request_id;
