//! Where mails go.

use super::{choices::MailMode, settings::Config};

impl Config {
    /// Where mails go. The development outbox shows links that open accounts, so it needs a server that only this
    /// machine reaches. Where the public URL has https, a proxy stands in front.
    pub fn mail_mode(&self) -> MailMode {
        let is_private = self.public_url.is_loopback()
            && !self.public_url.is_https()
            && self.trusted_proxies.is_empty()
            && self.listen.iter().all(|address| address.ip().is_loopback());
        if self.smtp_server.is_some() {
            MailMode::Smtp
        } else if is_private {
            MailMode::Outbox
        } else {
            MailMode::Off
        }
    }
}
