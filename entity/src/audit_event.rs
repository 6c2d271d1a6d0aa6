//! `audit_events`: the audit log.
//!
//! The words in `kind` and `actor_kind` are plain text, so that a row that was changed by hand can still be read, and
//! reported.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::{AuditEventId, SessionId, UserId};

/// One event. Rows are never changed, except that `seal` is set once, and that the personal part is erased.
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
    /// Personal facts: a JSON object, name to text.
    pub personal: Option<String>,
    /// Random salt of `personal_hash`, 16 bytes in base64url; none once the personal part was erased.
    pub personal_salt: Option<String>,
    /// SHA-256 of salt, IP address, user agent and personal facts, in base64url.
    pub personal_hash: String,
    /// Id of the key that made `mac`.
    pub key_id: String,
    /// HMAC-SHA-256 of the row, in base64url. Covers neither `seal` nor the personal part itself.
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
