//! Mails on their way to a mail server, which can misbehave.

mod certificates;
mod delivery;
mod faults;
mod mime;
mod secrets;
mod session;
mod starttls;

use std::time::Duration;

use portcullis::platform::{
    config::{Inputs, SmtpSettings, load},
    mail::{OutgoingMail, SendError, Smtp},
};

use crate::support::{SMTP_PASSWORD, Script, SmtpServer, Speaks};

/// Far longer than anything takes here.
const LONG: Duration = Duration::from_secs(20);

/// The settings for a server of the tests, with a sign-in.
fn settings(server: &SmtpServer, speaks: Speaks) -> SmtpSettings {
    let ca_file = server.ca_file();
    let address = format!("localhost:{}", server.port);
    let security = match speaks {
        Speaks::Plain => "none",
        Speaks::Tls => "tls",
        Speaks::Starttls => "starttls",
    };
    let given = [
        ("PUBLIC_URL", "https://accounts.example.com"),
        ("SMTP_SERVER", &address),
        ("SMTP_SECURITY", security),
        ("SMTP_USERNAME", "accounts"),
        ("SMTP_PASSWORD", SMTP_PASSWORD),
        ("SMTP_CA_FILE", ca_file.to_str().unwrap()),
        ("MAIL_FROM", "Müller & Söhne <accounts@example.com>"),
        ("MAIL_REPLY_TO", "help@example.com"),
    ];
    let inputs = Inputs {
        variables: given
            .iter()
            .map(|(key, value)| (format!("PORTCULLIS_{key}").into(), (*value).into()))
            .collect(),
        ..Inputs::default()
    };
    let mut settings = load(inputs).unwrap().config.smtp().unwrap();
    settings.time_limit = LONG;
    settings
}

fn mail() -> OutgoingMail {
    OutgoingMail {
        message_id: "0197f2.1@example.com".to_owned(),
        to: "ada@example.org".to_owned(),
        subject: "Schöne Grüße 🎉".to_owned(),
        text: "Hallo Ada,\n\nüber 🎉 geht nichts.\n.\n..\n.Punkt\n".to_owned(),
        html: "<p>Hallo Ada,</p>\n<p>über 🎉 geht nichts.</p>\n".to_owned(),
        sent_at: "2026-11-29T08:05:09.25Z".parse().unwrap(),
    }
}

/// Sends a mail to a server that follows this script.
async fn attempt(script: Script, limit: Duration) -> (SmtpServer, Result<(), SendError>) {
    let speaks = script.speaks;
    let server = SmtpServer::start(script).await;
    let mut settings = settings(&server, speaks);
    settings.time_limit = limit;
    let outcome = Smtp::new(&settings).unwrap().send(&mail()).await;
    (server, outcome)
}
