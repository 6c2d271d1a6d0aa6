//! HTTP ground: what every route shares.

pub mod request_id;
