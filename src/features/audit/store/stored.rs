//! Rows as they are stored. SQLite keeps a value of any type in any column, so a row that was edited by hand may not
//! fit its table. Such a row must be reported, and must not keep the others from being read.

use entity::{AuditEventId, audit_event, audit_seal};
use sea_orm::{DbBackend, DbErr, FromQueryResult, QueryResult, TryGetable, sea_query::Expr};

use crate::platform::db::is_sqlite_text;

/// A row, and whether all its values have the types that a server writes.
#[derive(Debug, Clone)]
pub(in super::super) struct Stored<M> {
    /// The row. Values of a wrong type are left out.
    pub(in super::super) model: M,
    /// Whether none was left out.
    pub(in super::super) is_sound: bool,
}

impl<M> Stored<M> {
    /// The row, for those who show it and do not judge it.
    pub(in super::super) fn into_model(self) -> M {
        self.model
    }
}

impl FromQueryResult for Stored<audit_event::Model> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let mut values = Values::of(row, prefix);
        let id: AuditEventId = row.try_get(prefix, "id")?;
        let written_at = id.0.get_timestamp().map_or(0, |at| {
            let (seconds, nanoseconds) = at.to_unix();
            i64::try_from(seconds * 1_000 + u64::from(nanoseconds) / 1_000_000).unwrap_or(0)
        });
        let model = audit_event::Model {
            id,
            kind: values.get("kind"),
            // The id has the same time.
            created_at: values.get_or("created_at", written_at),
            actor_kind: values.get("actor_kind"),
            actor_id: values.id("actor_id"),
            subject_id: values.id("subject_id"),
            session_id: values.id("session_id"),
            request_id: values.get("request_id"),
            details: values.get("details"),
            ip_address: values.get("ip_address"),
            user_agent: values.get("user_agent"),
            actor_facts: values.get("actor_facts"),
            actor_salt: values.get("actor_salt"),
            actor_hash: values.get("actor_hash"),
            subject_facts: values.get("subject_facts"),
            subject_salt: values.get("subject_salt"),
            subject_hash: values.get("subject_hash"),
            key_id: values.get("key_id"),
            mac: values.get("mac"),
            seal: values.get("seal"),
        };
        let is_sound = values.is_sound;
        Ok(Self { model, is_sound })
    }
}

impl FromQueryResult for Stored<audit_seal::Model> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let mut values = Values::of(row, prefix);
        let model = audit_seal::Model {
            seq: row.try_get(prefix, "seq")?,
            created_at: values.get("created_at"),
            until_id: values.id("until_id"),
            row_count: values.get("row_count"),
            late_count: values.get("late_count"),
            root: values.get("root"),
            previous_mac: values.get("previous_mac"),
            removed_to: values.get("removed_to"),
            key_id: values.get("key_id"),
            mac: values.get("mac"),
        };
        let is_sound = values.is_sound;
        Ok(Self { model, is_sound })
    }
}

/// Id and MAC of an event.
#[derive(Debug)]
pub(in super::super) struct StoredMac {
    pub(in super::super) id: AuditEventId,
    /// Empty if it cannot be read.
    pub(in super::super) mac: String,
    pub(in super::super) is_sound: bool,
}

impl FromQueryResult for StoredMac {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let mut values = Values::of(row, prefix);
        Ok(Self {
            id: row.try_get(prefix, "id")?,
            mac: values.get("mac"),
            is_sound: values.is_sound,
        })
    }
}

/// The values of a row.
struct Values<'a> {
    row: &'a QueryResult,
    prefix: &'a str,
    is_sound: bool,
}

impl<'a> Values<'a> {
    fn of(row: &'a QueryResult, prefix: &'a str) -> Self {
        Self {
            row,
            prefix,
            is_sound: true,
        }
    }

    fn get<T: TryGetable + Default>(&mut self, column: &str) -> T {
        self.get_or(column, T::default())
    }

    fn get_or<T: TryGetable>(&mut self, column: &str, otherwise: T) -> T {
        self.row.try_get(self.prefix, column).unwrap_or_else(|_| {
            self.is_sound = false;
            otherwise
        })
    }

    fn id<T>(&mut self, column: &str) -> Option<T>
    where
        Option<T>: TryGetable,
    {
        if is_sqlite_text(self.row, column) {
            self.is_sound = false;
            return None;
        }
        self.get(column)
    }
}

/// Which events have an id that can be read. None where a column has one type, so that all have.
pub(super) fn has_readable_id(backend: DbBackend) -> Option<Expr> {
    only_sqlite(backend, "typeof(id) = 'blob' AND length(id) = 16")
}

/// Which events name a seal that can be read.
pub(super) fn has_readable_seal(backend: DbBackend) -> Option<Expr> {
    only_sqlite(backend, "typeof(seal) = 'integer'")
}

/// Which events can neither be listed nor sealed, since their id or their seal cannot be read. The index of both
/// columns answers that without the rows.
pub(super) fn is_event_without_place(backend: DbBackend) -> Option<Expr> {
    only_sqlite(
        backend,
        "typeof(id) <> 'blob' OR length(id) <> 16 OR typeof(seal) NOT IN ('integer', 'null')",
    )
}

fn only_sqlite(backend: DbBackend, condition: &'static str) -> Option<Expr> {
    (backend == DbBackend::Sqlite).then(|| Expr::cust(format!("({condition})")))
}
