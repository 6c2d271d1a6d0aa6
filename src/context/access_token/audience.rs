//! The audiences of a session's tokens: this server, its services, or both.
//!
//! Where services have an audience of their own, a service's token is refused here, and this server's token is
//! refused there: type and audience differ, and both sides check both.

use super::{Expected, TokenType};
use crate::platform::config::Config;

/// What a token must match to act here.
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

/// What a token for services alone must match; none if they accept this server's token.
pub fn of_services(config: &Config) -> Option<Expected<'_>> {
    let issuer = config.public_url.as_str();
    (config.audience != issuer).then_some(Expected {
        token_type: TokenType::Access,
        issuer,
        audience: &config.audience,
    })
}
