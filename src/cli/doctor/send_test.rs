//! `doctor --send-test`: one mail, sent at once.

use serde_json::json;

use crate::{
    cli::CliError,
    features::{
        mail::{Letter, Letters, Recipient},
        user::EmailAddress,
    },
    platform::{
        clock::{Clock as _, SystemClock},
        config::{Config, MailMode},
        failure::Failed,
        id,
        mail::{OutgoingMail, Smtp},
        rng::SystemRng,
    },
};

/// A mail that the mail server has taken.
pub(super) struct Sent {
    to: String,
    server: String,
    message_id: String,
}

/// Sends the test letter to this address, without the outbox.
pub(super) async fn send(config: &Config, address: &str) -> Result<Sent, CliError> {
    let address = EmailAddress::parse(address)
        .map_err(|problem| CliError::Failed(problem.message().to_owned()))?
        .for_mail();
    let Some(settings) = config.smtp() else {
        let why = match config.mail_mode() {
            MailMode::Outbox => "without smtp_server, mails stay in the development outbox",
            _ => "mail is off; set smtp_server and mail_from",
        };
        return Err(CliError::Failed(format!("nothing was sent: {why}")));
    };
    let smtp = Smtp::new(&settings)?;
    let letters = Letters::load(config)?;
    let recipient = Recipient {
        address: address.clone(),
        locale: "en".to_owned(),
        name: None,
    };
    let rendered = letters.render(&recipient, &Letter::Test).map_err(Failed::from)?;
    let host = config.public_url.host().unwrap_or("localhost");
    let mail = OutgoingMail {
        message_id: format!("{}@{host}", id::new(&SystemClock, &SystemRng)),
        to: address,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        sent_at: SystemClock.now(),
    };
    smtp.send(&mail)
        .await
        .map_err(|error| CliError::Failed(format!("nothing was sent: {}", error.operator_message())))?;
    Ok(Sent {
        to: mail.to,
        server: format!("{}:{}", settings.host, settings.port),
        message_id: mail.message_id,
    })
}

impl Sent {
    /// One line for people.
    pub(super) fn text(&self) -> String {
        let Self { to, server, .. } = self;
        format!(
            "{server} has taken a test mail to {to}; if it does not arrive, look into its log and the spam folder"
        )
    }

    /// The same for programs.
    pub(super) fn json(&self) -> String {
        json!({ "to": self.to, "server": self.server, "messageId": self.message_id }).to_string()
    }
}
