//! A new event.

use entity::{AuditEventId, SessionId, UserId, audit_event::Model, session};

use super::{actor::Actor, facts::Facts, kind::EventKind, personal_part::PersonalPart, row_mac::mac, store};
use crate::{
    context::{App, Caller, OpContext},
    platform::{
        clock::Timestamp,
        db::{DbResult, Invalidates, Tx, transaction},
        failure::Failed,
        id,
    },
};

/// An event that happens. [`save`](Self::save) it in the transaction that it describes: then there is neither one without
/// the other.
///
/// Its id and time are fixed here, so that a transaction that is retried writes the same event.
#[derive(Debug, Clone)]
#[must_use = "an event counts once it is saved"]
pub struct NewEvent<'a> {
    app: &'a App,
    id: AuditEventId,
    now: Timestamp,
    actor_salt: [u8; 16],
    subject_salt: [u8; 16],
    kind: EventKind,
    actor: Actor,
    subject: Option<UserId>,
    details: Facts,
    subject_facts: Facts,
}

impl<'a> NewEvent<'a> {
    /// An event now, by this actor. It is about no account until [`about`](Self::about) says so.
    pub fn new(app: &'a App, kind: EventKind, actor: Actor) -> Self {
        let now = app.clock.now();
        Self {
            app,
            id: AuditEventId(id::new_at(now, &*app.rng)),
            now,
            actor_salt: app.rng.bytes(),
            subject_salt: app.rng.bytes(),
            kind,
            actor,
            subject: None,
            details: Facts::default(),
            subject_facts: Facts::default(),
        }
    }

    /// An event that the signed-in caller causes to their own account.
    pub fn by_caller(context: &'a OpContext, kind: EventKind, caller: &Caller) -> Self {
        Self::new(&context.app, kind, Actor::caller(context, caller)).about(caller.user.id)
    }

    /// An event that the owner of an account causes to it without a session, such as with a mailed link.
    pub fn by_owner(context: &'a OpContext, kind: EventKind, id: UserId) -> Self {
        Self::new(&context.app, kind, Actor::owner(context, id)).about(id)
    }

    /// An event that somebody unknown causes to this account.
    pub fn by_stranger(context: &'a OpContext, kind: EventKind, subject: UserId) -> Self {
        Self::new(&context.app, kind, Actor::anonymous(context)).about(subject)
    }

    /// The sign-in that starts this session.
    pub fn of_sign_in(context: &'a OpContext, session: &session::Model) -> Self {
        Self::by_owner(context, EventKind::LoginSucceeded, session.user_id)
            .in_session(session.id)
            .detail("methods", &session.auth_methods)
    }

    /// Whose account it is about.
    pub fn about(mut self, subject: UserId) -> Self {
        self.subject = Some(subject);
        self
    }

    /// A second event of the same actor about the same account.
    pub fn another(&self, kind: EventKind) -> Self {
        let mut event = Self::new(self.app, kind, self.actor.clone());
        event.subject = self.subject;
        event
    }

    /// The session that it is about, if it is not the actor's: one that starts or ends.
    pub fn in_session(mut self, session: SessionId) -> Self {
        self.actor.session_id = Some(session);
        self
    }

    /// Adds a fact that is not personal, such as the roles before. It stays when the person is erased. Values are cut
    /// after 2,000 bytes.
    pub fn detail(mut self, name: &'static str, value: &str) -> Self {
        self.details.set(name, value);
        self
    }

    /// Adds a personal fact about the subject, such as the address before. It is erased with the subject's account.
    pub fn personal(mut self, name: &'static str, value: &str) -> Self {
        self.subject_facts.set(name, value);
        self
    }

    /// Writes it in a transaction of its own, if what it tells writes nothing: somebody read, or was refused.
    pub async fn save_alone(&self) -> Result<(), Failed> {
        transaction!(self.app.db, Invalidates::Nothing, |tx| {
            Ok(self.save(tx).await?)
        })?;
        Ok(())
    }

    /// Writes it: one INSERT.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        store::insert(tx, self.row()?).await
    }

    /// Writes several, with few statements.
    pub async fn save_all(tx: &Tx, events: Vec<&Self>) -> DbResult<()> {
        let rows = events.into_iter().map(Self::row).collect::<DbResult<Vec<_>>>()?;
        store::insert_all(tx, rows).await
    }

    fn row(&self) -> DbResult<Model> {
        let keys = &self.app.audit_keys;
        let key_id = keys.newest().map_err(|_| store::no_key())?;
        let actor = self.actor.clone();
        let mut row = Model {
            id: self.id,
            kind: self.kind.word().to_owned(),
            created_at: self.now.as_millisecond(),
            actor_kind: actor.kind.word().to_owned(),
            actor_id: actor.id,
            subject_id: self.subject,
            session_id: actor.session_id,
            request_id: actor.request_id,
            details: self.details.to_json(),
            ip_address: actor.ip_address,
            user_agent: actor.user_agent,
            actor_facts: (!actor.facts.is_empty()).then(|| actor.facts.to_json()),
            actor_salt: None,
            actor_hash: None,
            subject_facts: (!self.subject_facts.is_empty()).then(|| self.subject_facts.to_json()),
            subject_salt: None,
            subject_hash: None,
            key_id: key_id.to_owned(),
            mac: String::new(),
            seal: None,
        };
        PersonalPart::Actor.commit(&mut row, &self.actor_salt);
        PersonalPart::Subject.commit(&mut row, &self.subject_salt);
        row.mac = mac(keys, &row).ok_or_else(store::no_key)?;
        Ok(row)
    }
}
