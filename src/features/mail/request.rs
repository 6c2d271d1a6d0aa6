//! Why a mail is not requested.

use crate::{
    context::App,
    features::user::EmailProblem,
    platform::{config::MailMode, failure::Refusal},
};

/// Why a mail is not requested. Whether the address has an account is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRequested {
    /// This server sends no mail.
    Disabled,
    /// The address is invalid.
    Email(EmailProblem),
}

impl Refusal for NotRequested {}

/// Whether this server sends mail, at least into the development outbox.
pub fn is_enabled(app: &App) -> bool {
    app.config.mail_mode() != MailMode::Off
}

/// Refuses where this server sends no mail.
pub fn check_enabled(app: &App) -> Result<(), NotRequested> {
    if is_enabled(app) {
        Ok(())
    } else {
        Err(NotRequested::Disabled)
    }
}
