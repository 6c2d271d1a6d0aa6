//! Events as JSON Lines.

use std::fmt::Write as _;

use entity::audit_event::Model;
use serde_json::{Value, json};

use crate::platform::{
    clock::{Timestamp, from_millis},
    telemetry::is_unsafe,
};

/// One line with all fields of an event. Characters that could control a terminal are escaped.
pub(super) fn line(row: &Model) -> String {
    let value = json!({
        "id": row.id.to_string(),
        "kind": row.kind,
        "createdAt": instant(row.created_at),
        "actorKind": row.actor_kind,
        "actorId": row.actor_id.map(|id| id.to_string()),
        "subjectId": row.subject_id.map(|id| id.to_string()),
        "sessionId": row.session_id.map(|id| id.to_string()),
        "requestId": row.request_id,
        "details": object(&row.details),
        "ipAddress": row.ip_address,
        "userAgent": row.user_agent,
        "actorFacts": row.actor_facts.as_deref().map(object),
        "actorSalt": row.actor_salt,
        "actorHash": row.actor_hash,
        "subjectFacts": row.subject_facts.as_deref().map(object),
        "subjectSalt": row.subject_salt,
        "subjectHash": row.subject_hash,
        "keyId": row.key_id,
        "mac": row.mac,
        "seal": row.seal,
    });
    let mut line = String::new();
    for character in value.to_string().chars() {
        // They only occur in strings, where JSON allows the escape.
        if is_unsafe(character) {
            // Writing to a `String` cannot fail.
            let _ = write!(line, "\\u{:04x}", u32::from(character));
        } else {
            line.push(character);
        }
    }
    line.push('\n');
    line
}

/// The time of an event, with milliseconds.
pub(super) fn instant(millis: i64) -> String {
    let instant: Timestamp = from_millis(millis);
    format!("{instant:.3}")
}

/// The object in a column; the text itself if it is none, because somebody changed it by hand.
fn object(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| json.into())
}

#[cfg(test)]
pub(super) mod tests {
    use entity::{AuditEventId, UserId};
    use uuid::Uuid;

    use super::*;

    /// An event with this user agent.
    pub(in crate::cli::audit) fn event(agent: &str) -> Model {
        Model {
            id: AuditEventId(Uuid::from_u128(1)),
            kind: "logout".to_owned(),
            created_at: 1_795_996_800_007,
            actor_kind: "owner".to_owned(),
            actor_id: Some(UserId(Uuid::from_u128(2))),
            subject_id: None,
            session_id: None,
            request_id: None,
            details: r#"{"a":"b"}"#.to_owned(),
            ip_address: Some("192.0.2.1".to_owned()),
            user_agent: Some(agent.to_owned()),
            actor_facts: None,
            actor_salt: None,
            actor_hash: Some("hash".to_owned()),
            subject_facts: Some("broken".to_owned()),
            subject_salt: None,
            subject_hash: None,
            key_id: "key".to_owned(),
            mac: "-mac".to_owned(),
            seal: Some(3),
        }
    }

    #[test]
    fn a_line_can_be_read_again_and_controls_no_terminal() {
        let hostile = "\r\n\0\u{1b}[2J\u{85}\u{202e}\u{2028}\"\\";
        let line = line(&event(hostile));
        let text = line.strip_suffix('\n').unwrap();
        assert!(!text.chars().any(is_unsafe), "{text:?}");
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(value["userAgent"], hostile);
        assert_eq!(value["details"]["a"], "b");
        assert_eq!(
            (&value["subjectFacts"], &value["seal"]),
            (&json!("broken"), &json!(3))
        );
        assert_eq!(value["createdAt"], "2026-11-30T00:00:00.007Z");
        assert_eq!(value.as_object().unwrap().len(), 20);
    }
}
