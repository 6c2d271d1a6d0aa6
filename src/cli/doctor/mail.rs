//! Whether mail can be sent.

use std::time::Duration;

use super::finding::Finding;
use crate::{
    features::mail::Letters,
    platform::{
        config::{Config, ConfigError, MailMode, SmtpSettings},
        mail::{SendError, Smtp},
    },
};

const ABOUT: &str = "mail";

/// Time for reaching the mail server: shorter than for a mail, because somebody waits.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Where mails go, and whether the mail server lets this server in.
pub(super) async fn finding(config: &Config) -> Finding {
    if let Err(error) = Letters::load(config) {
        return unusable(&error);
    }
    match config.smtp() {
        Some(settings) => of_server(settings).await,
        None => without_server(config),
    }
}

fn without_server(config: &Config) -> Finding {
    match config.mail_mode() {
        MailMode::Outbox => Finding::ok(
            ABOUT,
            "kept in the development outbox; the server prints its address at start",
        ),
        _ => Finding::warning(
            ABOUT,
            "off: people cannot confirm addresses or reset passwords",
            "set smtp_server and mail_from",
        ),
    }
}

async fn of_server(mut settings: SmtpSettings) -> Finding {
    settings.time_limit = TIME_LIMIT;
    let place = format!("{}:{}", settings.host, settings.port);
    let has_login = settings.login.is_some();
    let smtp = match Smtp::new(&settings) {
        Ok(smtp) => smtp,
        Err(error) => return unusable(&error),
    };
    match reach(&smtp).await {
        Ok(()) if has_login => Finding::ok(ABOUT, format!("{place} accepts the user; nothing was sent")),
        Ok(()) => Finding::ok(ABOUT, format!("{place} answers; nothing was sent")),
        Err(error) => {
            let message = error.operator_message();
            // One sentence: what happened, and what to check. The first part can quote the mail server.
            let (seen, advice) = message.rsplit_once(": ").unwrap_or((&message, "see its log"));
            let seen = format!("{place}: {seen}");
            Finding::error(ABOUT, seen, advice.trim_end_matches('.'))
        }
    }
}

async fn reach(smtp: &Smtp) -> Result<(), SendError> {
    smtp.connect().await?.quit().await;
    Ok(())
}

fn unusable(error: &ConfigError) -> Finding {
    let advice = "the server does not start: fix the file, or remove the setting";
    Finding::error(ABOUT, error.to_string(), advice)
}
