//! Watches which events an action records.

use std::collections::BTreeSet;

use entity::{AuditEventId, audit_event};
use serde_json::Value;

use super::rows;
use crate::support::{Answer, Client, TestApp};

/// Where the requests of these tests come from.
pub(crate) const ADDRESS: &str = "198.51.100.7";
pub(crate) const LOOPBACK: &str = "127.0.0.1";
pub(crate) const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// This client at that address, with that agent. Needs a trusted proxy on this machine.
pub(crate) fn from_here(client: &Client) -> Client {
    client.at(ADDRESS).agent(AGENT)
}

/// This client with that agent, on this machine, of a server without a proxy: such a server shows its mails.
pub(crate) fn on_this_machine(client: &Client) -> Client {
    client.agent(AGENT)
}

/// Who causes an event to which account, and in which session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) kind: &'a str,
    pub(crate) actor: Option<&'a str>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) session: Option<&'a str>,
}

impl<'a> By<'a> {
    /// The owner of an account.
    pub(crate) fn owner(id: &'a str, session: &'a str) -> Self {
        Self {
            kind: "owner",
            actor: Some(id),
            subject: Some(id),
            session: Some(session),
        }
    }

    /// The owner of an account, without a session.
    pub(crate) fn mail_of(id: &'a str) -> Self {
        Self {
            session: None,
            ..Self::owner(id, "")
        }
    }

    /// Somebody unknown.
    pub(crate) fn stranger(subject: &'a str) -> Self {
        Self {
            kind: "anonymous",
            actor: None,
            subject: Some(subject),
            session: None,
        }
    }
}

/// What was recorded so far.
pub(crate) struct Watch<'a> {
    app: &'a TestApp,
    seen: BTreeSet<AuditEventId>,
}

impl<'a> Watch<'a> {
    pub(crate) async fn new(app: &'a TestApp) -> Self {
        let mut watch = Self {
            app,
            seen: BTreeSet::new(),
        };
        watch.take().await;
        watch
    }

    /// The events since the last call, by their kinds.
    pub(crate) async fn take(&mut self) -> Vec<audit_event::Model> {
        let mut new = rows(self.app).await;
        new.retain(|row| self.seen.insert(row.id));
        new.sort_by(|one, other| one.kind.cmp(&other.kind));
        new
    }

    /// That nothing was recorded.
    pub(crate) async fn expect_nothing(&mut self, what: &str) {
        let kinds: Vec<_> = self.take().await.into_iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [""; 0], "{what}");
    }

    /// That this request recorded these events, by their kinds, with these details and nothing else.
    pub(crate) async fn expect(&mut self, answer: &Answer, by: By<'_>, events: &[(&str, Value)]) {
        let request_id = answer.header("x-request-id").map(str::to_owned);
        assert!(request_id.is_some());
        let has_proxy = !self.app.app.config.trusted_proxies.is_empty();
        let address = if has_proxy { ADDRESS } else { LOOPBACK };
        for row in self.expect_by(by, events).await {
            assert_eq!(row.request_id, request_id, "{}", row.kind);
            assert_eq!(row.ip_address.as_deref(), Some(address), "{}", row.kind);
            assert_eq!(row.user_agent.as_deref(), Some(AGENT), "{}", row.kind);
        }
    }

    /// The same for events that belong to no request, or to another one.
    pub(crate) async fn expect_by(
        &mut self,
        by: By<'_>,
        events: &[(&str, Value)],
    ) -> Vec<audit_event::Model> {
        let rows = self.take().await;
        let seen: Vec<(&str, Value)> = rows
            .iter()
            .map(|row| (row.kind.as_str(), serde_json::from_str(&row.details).unwrap()))
            .collect();
        assert_eq!(seen, events);
        for row in &rows {
            assert_eq!(row.actor_kind, by.kind, "{}", row.kind);
            let actor = row.actor_id.map(|id| id.to_string());
            assert_eq!(actor.as_deref(), by.actor, "actor of {}", row.kind);
            let subject = row.subject_id.map(|id| id.to_string());
            assert_eq!(subject.as_deref(), by.subject, "subject of {}", row.kind);
            let session = row.session_id.map(|id| id.to_string());
            assert_eq!(session.as_deref(), by.session, "session of {}", row.kind);
        }
        rows
    }
}
