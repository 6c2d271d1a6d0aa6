//! The mails that a server has written, as their recipients read them.

use std::time::Duration;

use entity::mail::State;
use portcullis::{
    features::mail::{self, Round},
    platform::config::{Config, MailAddress, MailServer, SmtpSecurity},
};

use super::TestApp;

/// The settings of a server that puts mails into its outbox for a mail server that is never there.
pub(crate) fn with_unsent_mail(config: &mut Config) {
    with_mail_server(config, 9);
}

/// The settings of a server whose mails go to a mail server on this port of this machine.
pub(crate) fn with_mail_server(config: &mut Config, port: u16) {
    config.smtp_server = Some(MailServer::parse(&format!("127.0.0.1:{port}")).unwrap());
    config.smtp_security = SmtpSecurity::None;
    config.mail_from = Some(MailAddress::parse("Accounts <accounts@example.com>").unwrap());
}

/// A mail.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) kind: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) link: Option<String>,
}

impl Letter {
    /// The token in its link.
    pub(crate) fn token(&self) -> String {
        let link = self.link.as_deref().expect("the letter has no link");
        let (_, token) = link.split_once("token=").expect("the link has no token");
        token.to_owned()
    }

    /// The code to type.
    pub(crate) fn code(&self) -> String {
        let is_code = |line: &&str| line.len() == 9 && line.as_bytes()[4] == b'-';
        let code = self.text.lines().map(str::trim).find(is_code);
        code.expect("the letter has no code").to_owned()
    }
}

impl TestApp {
    /// Sends what is due, and returns every mail so far, the oldest first.
    pub(crate) async fn mails(&self) -> Vec<Letter> {
        while self.post_office.deliver(&self.app, &|| false).await.unwrap() == Round::Busy {}
        // Mails of one millisecond have no order: the next ones come after these.
        self.pass(Duration::from_millis(1));
        let mut rows = mail::list(&self.app, Some(State::Kept), 1_000).await.unwrap();
        rows.reverse();
        let mut letters = Vec::new();
        for row in rows {
            let (_, kept) = mail::kept_one(&self.app, row.id).await.unwrap().unwrap();
            letters.push(Letter {
                to: kept.to,
                kind: row.kind,
                subject: kept.subject,
                text: kept.text,
                html: kept.html,
                link: kept.link,
            });
        }
        letters
    }

    /// The newest mail of this kind to this address.
    pub(crate) async fn mail(&self, to: &str, kind: &str) -> Letter {
        let mails = self.mails().await;
        let found = mails.iter().rev().find(|mail| mail.to == to && mail.kind == kind);
        let seen: Vec<_> = mails.iter().map(|mail| (&mail.to, &mail.kind)).collect();
        found
            .unwrap_or_else(|| panic!("no mail {kind} to {to} among {seen:?}"))
            .clone()
    }

    /// The kinds of the mails to this address, the oldest first.
    pub(crate) async fn kinds_to(&self, to: &str) -> Vec<String> {
        let mails = self.mails().await.into_iter();
        mails.filter(|mail| mail.to == to).map(|mail| mail.kind).collect()
    }
}
