//! `audit_events`: the audit log.
//!
//! The words in `kind` and `actor_kind` are plain text, so that a row that was changed by hand can still be read, and
//! reported.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::{AuditEventId, SessionId, UserId};

/// One event. Rows are never changed, except that `seal` is set once, and that a personal part is erased: the actor's
/// (IP address, user agent, facts) or the subject's (facts).
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    /// UUIDv7 with the time of `created_at`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    /// What happened, in snake_case.
    pub kind: String,
    /// Milliseconds since 1970, by the clock of the server that wrote it.
    pub created_at: i64,
    /// What kind of actor it was, in snake_case.
    pub actor_kind: String,
    /// The user who acted, if one did. Not a reference: the log outlives accounts.
    pub actor_id: Option<UserId>,
    /// Whose account it was. Not a reference either.
    pub subject_id: Option<UserId>,
    /// The session that acted, or that the event is about.
    pub session_id: Option<SessionId>,
    /// Id of the request, as in the log.
    pub request_id: Option<String>,
    /// Facts that are not personal: a JSON object, name to text.
    pub details: String,
    /// Client IP address.
    pub ip_address: Option<String>,
    /// User-Agent header, at most 256 bytes.
    pub user_agent: Option<String>,
    /// Personal facts about the actor: a JSON object, name to text.
    pub actor_facts: Option<String>,
    /// Random salt of `actor_hash`, 16 bytes in base64url; none once the actor's part was erased.
    pub actor_salt: Option<String>,
    /// SHA-256 of salt, IP address, user agent and facts of the actor, in base64url; none if they were empty.
    pub actor_hash: Option<String>,
    /// Personal facts about the subject: a JSON object, name to text.
    pub subject_facts: Option<String>,
    /// Random salt of `subject_hash`, 16 bytes in base64url; none once the subject's part was erased.
    pub subject_salt: Option<String>,
    /// SHA-256 of salt and facts of the subject, in base64url; none if there were no facts.
    pub subject_hash: Option<String>,
    /// Id of the key that made `mac`.
    pub key_id: String,
    /// HMAC-SHA-256 of the row, in base64url. Covers neither `seal` nor the personal parts, of which it covers
    /// the hashes.
    pub mac: String,
    /// `seq` of the seal that covers this row; none until it is sealed.
    pub seal: Option<i64>,
}

/// Shows nothing about people.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditEvent")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("seal", &self.seal)
            .finish_non_exhaustive()
    }
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
