//! The client of the mail server.

use std::{fmt, sync::Arc};

use lettre::message::Mailbox;

use super::{
    connection::Connection,
    deadline::Deadline,
    message::{OutgoingMail, RenderedMail, mailbox},
    send_error::SendError,
    tls::Tls,
};
use crate::platform::config::{ConfigError, SmtpSecurity, SmtpSettings};

/// Sends mails through one mail server. Clones share everything.
#[derive(Clone)]
pub struct Smtp {
    parts: Arc<Parts>,
}

struct Parts {
    settings: SmtpSettings,
    tls: Option<Tls>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Smtp {
    /// A client with these settings; it does not connect yet. Reads the certificates of the authorities, and fails with
    /// the setting that is wrong.
    pub fn new(settings: &SmtpSettings) -> Result<Self, ConfigError> {
        let tls = match settings.security {
            SmtpSecurity::Tls | SmtpSecurity::Starttls => {
                Some(Tls::new(&settings.host, settings.ca_file.as_deref())?)
            }
            SmtpSecurity::None => None,
        };
        let reply_to = settings.reply_to.as_ref();
        Ok(Self {
            parts: Arc::new(Parts {
                tls,
                from: mailbox(&settings.from).map_err(|problem| ConfigError::new("mail_from", problem))?,
                reply_to: reply_to
                    .map(mailbox)
                    .transpose()
                    .map_err(|problem| ConfigError::new("mail_reply_to", problem))?,
                settings: settings.clone(),
            }),
        })
    }

    /// Sends one mail on a connection of its own, within the time limit. It is sent when the mail server has accepted
    /// it.
    pub async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        let deadline = self.deadline();
        let mail = self.render(mail)?;
        let mut connection = self.open(deadline).await?;
        let outcome = connection.send(&mail, deadline).await;
        if outcome.as_ref().err().is_none_or(SendError::keeps_connection) {
            connection.quit(deadline).await;
        }
        outcome
    }

    /// Connects and signs in, within the time limit, to send several mails.
    pub async fn connect(&self) -> Result<SmtpSession, SendError> {
        let connection = self.open(self.deadline()).await?;
        Ok(SmtpSession {
            smtp: self.clone(),
            connection: Some(connection),
            is_used: false,
        })
    }

    /// The deadline for a mail that is begun now.
    fn deadline(&self) -> Deadline {
        Deadline::after(self.parts.settings.time_limit)
    }

    /// A mail as it is sent.
    fn render(&self, mail: &OutgoingMail) -> Result<RenderedMail, SendError> {
        mail.render(&self.parts.from, self.parts.reply_to.as_ref())
    }

    /// Connects and signs in.
    async fn open(&self, deadline: Deadline) -> Result<Connection, SendError> {
        Connection::open(&self.parts.settings, self.parts.tls.as_ref(), deadline).await
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.parts.settings;
        write!(f, "Smtp({}:{})", settings.host, settings.port)
    }
}

/// A connection for several mails, one after the other. It connects again by itself where that is needed, so that a mail
/// that fails does not affect the next one.
pub struct SmtpSession {
    smtp: Smtp,
    /// None after a failure that leaves it unusable.
    connection: Option<Connection>,
    /// Whether a mail has been begun on it.
    is_used: bool,
}

impl SmtpSession {
    /// Sends one mail, within the time limit. It is sent when the mail server has accepted it.
    pub async fn send(&mut self, mail: &OutgoingMail) -> Result<(), SendError> {
        let deadline = self.smtp.deadline();
        let mail = self.smtp.render(mail)?;
        // Taken out: if this call is dropped at an `await`, the connection is in the middle of a mail and must not be
        // used again.
        let reused = match self.connection.take() {
            Some(mut connection) if self.is_used => {
                connection.reset(deadline).await.is_ok().then_some(connection)
            }
            connection => connection,
        };
        let mut connection = match reused {
            Some(connection) => connection,
            None => self.smtp.open(deadline).await?,
        };
        let outcome = connection.send(&mail, deadline).await;
        if outcome.as_ref().err().is_none_or(SendError::keeps_connection) {
            self.connection = Some(connection);
            self.is_used = true;
        }
        outcome
    }

    /// Says goodbye to the mail server. Waits for its reply for a moment only.
    pub async fn quit(self) {
        if let Some(connection) = self.connection {
            connection.quit(self.smtp.deadline()).await;
        }
    }
}

impl fmt::Debug for SmtpSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpSession({:?})", self.smtp)
    }
}
