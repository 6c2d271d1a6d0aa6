//! Whom the tokens of a session are for: this server, its services, or both.
//!
//! Where services have an audience of their own, a token that a service was handed opens nothing here, and ours opens
//! nothing there: type and audience differ, and both sides check both.

use crate::platform::{
    config::Config,
    crypto::{Expected, TokenType},
};

/// What a token must be to act here.
pub(super) fn of_server(config: &Config) -> Expected<'_> {
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

/// What a token must be for services alone; none where they take the one for this server.
pub(super) fn of_services(config: &Config) -> Option<Expected<'_>> {
    let issuer = config.public_url.as_str();
    (config.audience != issuer).then_some(Expected {
        token_type: TokenType::Access,
        issuer,
        audience: &config.audience,
    })
}
