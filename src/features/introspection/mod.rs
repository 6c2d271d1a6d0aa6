//! Introspection: a service or a proxy asks whether a token is still good, and what it says now (RFC 7662).
//!
//! Services that verify tokens by themselves learn of a sign-out when the token expires. Those that must know at once
//! ask here. Only callers that `introspection_callers` names may ask, with a secret of their own, and only about tokens
//! for services: a token for this server, or a cookie, gets the same answer as any text.

mod callers;
pub mod http;
mod introspect;

pub use http::VERIFY_PATH;
