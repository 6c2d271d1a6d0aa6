//! Events as CSV (RFC 4180), for spreadsheets.

use entity::audit_event::Model;

use super::jsonl::instant;
use crate::cli::csv_cell::cell;

const COLUMNS: [&str; 20] = [
    "id",
    "kind",
    "createdAt",
    "actorKind",
    "actorId",
    "subjectId",
    "sessionId",
    "requestId",
    "details",
    "ipAddress",
    "userAgent",
    "actorFacts",
    "actorSalt",
    "actorHash",
    "subjectFacts",
    "subjectSalt",
    "subjectHash",
    "keyId",
    "mac",
    "seal",
];

/// The names of the columns.
pub(super) fn header() -> String {
    joined(&COLUMNS.map(str::to_owned))
}

/// All fields of an event.
pub(super) fn line(row: &Model) -> String {
    let row = row.clone();
    let text = |value: Option<String>| value.unwrap_or_default();
    let cells = [
        row.id.to_string(),
        row.kind,
        instant(row.created_at),
        row.actor_kind,
        text(row.actor_id.map(|id| id.to_string())),
        text(row.subject_id.map(|id| id.to_string())),
        text(row.session_id.map(|id| id.to_string())),
        text(row.request_id),
        row.details,
        text(row.ip_address),
        text(row.user_agent),
        text(row.actor_facts),
        text(row.actor_salt),
        text(row.actor_hash),
        text(row.subject_facts),
        text(row.subject_salt),
        text(row.subject_hash),
        row.key_id,
        row.mac,
        text(row.seal.map(|seal| seal.to_string())),
    ];
    joined(&cells.map(|value| cell(&value)))
}

fn joined(cells: &[String; 20]) -> String {
    cells.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::super::jsonl::tests::event;
    use super::*;

    #[test]
    fn an_event_is_one_line_with_as_many_cells_as_the_header() {
        let line = line(&event("a\r\nb\u{1b}"));
        assert_eq!(line.matches(['\r', '\n']).count(), 2, "{line:?}");
        assert!(line.ends_with("\"'-mac\",\"3\"\r\n"), "{line}");
        assert_eq!(line.matches("\",\"").count(), 19, "{line}");
        assert_eq!(header().matches(',').count(), 19);
    }
}
