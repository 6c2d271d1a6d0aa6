//! The audiences of a session's tokens: this server, its services, or both.
//!
//! When services have their own audience, this server refuses service tokens and the services refuse this server's
//! tokens: type and audience differ, and both sides check both.

use super::{Expected, TokenType};
use crate::platform::config::Config;

/// What a token must match for this server to accept it.
pub fn of_server(config: &Config) -> Expected<'_> {
    let issuer = config.public_url.as_str();
    let token_type = match of_services(config) {
        Some(_) => TokenType::Session,
        None => TokenType::Access,
    };
    Expected {
        token_type,
        issuer,
        audience: issuer,
    }
}

/// What a service token must match; none if services accept this server's token.
pub fn of_services(config: &Config) -> Option<Expected<'_>> {
    let issuer = config.public_url.as_str();
    (config.audience != issuer).then_some(Expected {
        token_type: TokenType::Access,
        issuer,
        audience: &config.audience,
    })
}
