//! HTTP infrastructure that all routes share.

pub mod accept;
pub mod accept_language;
pub mod body;
pub mod client;
pub mod cookies;
pub mod credential;
pub mod entity_tag;
pub mod error;
pub mod field_value;
pub mod forwarded;
pub mod host;
pub mod page_origin;
pub mod request_auth;
pub mod request_id;
pub mod whitespace;
