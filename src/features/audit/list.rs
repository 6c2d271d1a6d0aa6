//! Use case: list events for people.

use std::fmt;

use entity::{AuditEventId, SessionId, UserId, audit_event::Model};

use super::{
    actor::ActorKind,
    facts::Facts,
    filter::EventFilter,
    kind::EventKind,
    store::{self, reading},
};
use crate::platform::{
    db::{Db, DbResult},
    keyset::{Page, PageRequest, Position},
};

/// An event of the log.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: AuditEventId,
    /// What happened; none for a kind of a newer version.
    pub kind: Option<EventKind>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// What kind of actor it was; none for one of a newer version.
    pub actor_kind: Option<ActorKind>,
    /// Who acted. The account may be gone.
    pub actor_id: Option<UserId>,
    /// Whose account it was. It may be gone.
    pub subject_id: Option<UserId>,
    /// The session that acted, or that the event is about. Not for owners, if an administrator or the command line
    /// acted.
    pub session_id: Option<SessionId>,
    /// Id of the request, likewise.
    pub request_id: Option<String>,
    /// Client IP address, likewise.
    pub ip_address: Option<String>,
    /// User-Agent header, likewise.
    pub user_agent: Option<String>,
    /// Facts that are not personal, by name.
    pub details: Vec<(String, String)>,
    /// Personal facts, by name: about the subject, such as addresses, and about the actor, such as the operating
    /// system's user of a command.
    pub personal: Vec<(String, String)>,
}

/// Shows nothing about people.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl From<Model> for Event {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            kind: EventKind::from_word(&row.kind),
            created_at: row.created_at,
            actor_kind: ActorKind::from_word(&row.actor_kind),
            actor_id: row.actor_id,
            subject_id: row.subject_id,
            session_id: row.session_id,
            request_id: row.request_id,
            ip_address: row.ip_address,
            user_agent: row.user_agent,
            details: Facts::parse(&row.details),
            personal: [row.subject_facts, row.actor_facts]
                .iter()
                .flatten()
                .flat_map(|facts| Facts::parse(facts))
                .collect(),
        }
    }
}

/// A page of events, newest first. They are sorted by id alone: the key of a position does not count, and is 0.
pub async fn page(db: &Db, filter: EventFilter, request: &PageRequest) -> DbResult<Page<(Position, Event)>> {
    let rows = store::page(db, filter, request).await?;
    Ok(request.page(rows).map(|row| {
        let position = Position { key: 0, id: row.id.0 };
        (position, Event::from(row))
    }))
}

/// How many events there are, counted up to `most`.
pub async fn count(db: &Db, filter: EventFilter, most: u64) -> DbResult<u64> {
    store::count(db, filter, most).await
}

/// Those of the events with these ids that exist, in any order.
pub async fn find_all(db: &Db, ids: Vec<AuditEventId>) -> DbResult<Vec<Event>> {
    let rows = store::find_all(db, ids).await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The event with this id.
pub async fn find(db: &Db, id: AuditEventId) -> DbResult<Option<Event>> {
    Ok(store::find(db, id).await?.map(Event::from))
}

/// When the oldest event was written that no seal covers yet, in milliseconds since 1970.
pub async fn waiting_since(db: &Db) -> DbResult<Option<i64>> {
    let oldest = reading::unsealed(db, None, 1).await?.pop();
    Ok(oldest.map(|row| row.model.created_at))
}

/// Whether the log is empty, though there are accounts: somebody removed all of it, with its seals.
pub async fn is_missing(db: &Db) -> DbResult<bool> {
    reading::is_missing(db).await
}
