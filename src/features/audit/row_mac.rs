//! The MAC of a row.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::audit_event::Model;

use super::{
    encoding::Encoding,
    personal_part::{PartState, PersonalPart},
    store::stored::Stored,
};
use crate::platform::crypto::{TagKeys, is_same_secret};

/// Whether a row is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowState {
    /// It is.
    Genuine,
    /// It is, and a personal part was erased.
    Erased,
    /// Something other than a personal part was changed.
    Changed,
    /// A personal part was changed.
    PersonalChanged,
    /// The key that made the MAC is unknown.
    UnknownKey,
}

/// The MAC of a row under its `key_id`, in base64url; none if the key is unknown.
pub(super) fn mac(keys: &TagKeys, row: &Model) -> Option<String> {
    let bytes = encode(row);
    let tag = keys.tag(&row.key_id, &[&bytes])?;
    Some(URL_SAFE_NO_PAD.encode(tag))
}

/// Everything but `seal`, which is set later, and the personal parts, which can be erased.
fn encode(row: &Model) -> Vec<u8> {
    // No `..`: a new column must be encoded, in a new version, or be left out on purpose.
    let Model {
        id,
        kind,
        created_at,
        actor_kind,
        actor_id,
        subject_id,
        session_id,
        request_id,
        details,
        ip_address: _,
        user_agent: _,
        actor_facts: _,
        actor_salt: _,
        actor_hash,
        subject_facts: _,
        subject_salt: _,
        subject_hash,
        key_id,
        mac: _,
        seal: _,
    } = row;
    Encoding::new("portcullis audit event v1")
        .bytes(id.0.as_bytes())
        .text(kind)
        .integer(*created_at)
        .text(actor_kind)
        .optional(actor_id.map(|id| id.0))
        .optional(subject_id.map(|id| id.0))
        .optional(session_id.map(|id| id.0))
        .optional(request_id.as_deref())
        .text(details)
        .optional(actor_hash.as_deref())
        .optional(subject_hash.as_deref())
        .text(key_id)
        .finish()
}

/// Compares a row as it is stored with its MAC. One that cannot be read as a whole was changed.
pub(super) fn check_stored(keys: &TagKeys, row: &Stored<Model>) -> RowState {
    if row.is_sound {
        check(keys, &row.model)
    } else {
        RowState::Changed
    }
}

/// Compares a row with its MAC.
fn check(keys: &TagKeys, row: &Model) -> RowState {
    let Some(right) = mac(keys, row) else {
        return RowState::UnknownKey;
    };
    if !is_same_secret(&right, &row.mac) {
        return RowState::Changed;
    }
    let parts = PersonalPart::ALL.map(|part| part.check(row));
    if parts.contains(&PartState::Changed) {
        RowState::PersonalChanged
    } else if parts.contains(&PartState::Erased) {
        RowState::Erased
    } else {
        RowState::Genuine
    }
}

#[cfg(test)]
mod tests {
    use entity::{AuditEventId, SessionId, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::platform::crypto::DataKey;

    fn keys(id: &str) -> TagKeys {
        TagKeys::new(&[DataKey::new(id.to_owned(), [7; 32].into())])
    }

    fn row() -> Model {
        let id = |number| Uuid::from_u128(number);
        let mut row = Model {
            id: AuditEventId(id(1)),
            kind: "logout".to_owned(),
            created_at: 1,
            actor_kind: "owner".to_owned(),
            actor_id: Some(UserId(id(2))),
            subject_id: Some(UserId(id(3))),
            session_id: Some(SessionId(id(4))),
            request_id: Some("request".to_owned()),
            details: "{}".to_owned(),
            ip_address: Some("192.0.2.1".to_owned()),
            user_agent: Some("agent".to_owned()),
            actor_facts: None,
            actor_salt: None,
            actor_hash: None,
            subject_facts: Some("{}".to_owned()),
            subject_salt: None,
            subject_hash: None,
            key_id: "k".to_owned(),
            mac: String::new(),
            seal: None,
        };
        PersonalPart::Actor.commit(&mut row, &[1; 16]);
        PersonalPart::Subject.commit(&mut row, &[2; 16]);
        row.mac = mac(&keys("k"), &row).unwrap();
        row
    }

    fn changed(change: impl Fn(&mut Model)) -> Model {
        let mut row = row();
        change(&mut row);
        assert_ne!(row, self::row());
        row
    }

    #[test]
    fn every_changed_field_is_noticed() {
        let keys = keys("k");
        assert_eq!(check(&keys, &row()), RowState::Genuine);
        let other = Uuid::from_u128(9);
        for row in [
            changed(|row| row.id.0 = other),
            changed(|row| row.kind = "login".to_owned()),
            changed(|row| row.created_at = 2),
            changed(|row| row.actor_kind = "system".to_owned()),
            changed(|row| row.actor_id = Some(UserId(other))),
            changed(|row| row.actor_id = None),
            changed(|row| row.subject_id = Some(UserId(other))),
            changed(|row| row.subject_id = None),
            changed(|row| row.session_id = Some(SessionId(other))),
            changed(|row| row.session_id = None),
            changed(|row| row.request_id = Some(String::new())),
            changed(|row| row.request_id = None),
            changed(|row| row.details = "{\"a\":\"b\"}".to_owned()),
            changed(|row| row.actor_hash = None),
            changed(|row| row.subject_hash = Some(String::new())),
            changed(|row| std::mem::swap(&mut row.actor_hash, &mut row.subject_hash)),
            changed(|row| row.mac = String::new()),
            changed(|row| std::mem::swap(&mut row.actor_id, &mut row.subject_id)),
        ] {
            assert_eq!(check(&keys, &row), RowState::Changed, "{row:?}");
        }
    }

    fn erase_actor(row: &mut Model) {
        row.ip_address = None;
        row.user_agent = None;
        row.actor_salt = None;
    }

    fn erase_subject(row: &mut Model) {
        row.subject_facts = None;
        row.subject_salt = None;
    }

    #[test]
    fn each_personal_part_can_be_erased_as_a_whole_and_not_be_changed() {
        let keys = keys("k");
        let erase_both = |row: &mut Model| {
            erase_actor(row);
            erase_subject(row);
        };
        for row in [changed(erase_actor), changed(erase_subject), changed(erase_both)] {
            assert_eq!(check(&keys, &row), RowState::Erased);
        }
        for row in [
            changed(|row| row.ip_address = None),
            changed(|row| row.user_agent = Some("192.0.2.1".to_owned())),
            changed(|row| std::mem::swap(&mut row.ip_address, &mut row.user_agent)),
            changed(|row| row.actor_facts = Some("{}".to_owned())),
            changed(|row| row.actor_salt = Some("other".to_owned())),
            changed(|row| row.actor_salt = None),
            changed(|row| row.subject_facts = Some("{\"a\":\"b\"}".to_owned())),
            changed(|row| row.subject_salt = None),
            changed(|row| std::mem::swap(&mut row.actor_salt, &mut row.subject_salt)),
            changed(|row| {
                erase_actor(row);
                row.ip_address = Some("198.51.100.1".to_owned());
            }),
            changed(|row| {
                erase_actor(row);
                row.subject_facts = None;
            }),
        ] {
            assert_eq!(check(&keys, &row), RowState::PersonalChanged);
        }
    }

    #[test]
    fn a_part_that_was_empty_counts_as_genuine_and_cannot_be_filled() {
        let keys = keys("k");
        let mut row = row();
        erase_subject(&mut row);
        row.subject_hash = None;
        row.mac = mac(&keys, &row).unwrap();
        assert_eq!(check(&keys, &row), RowState::Genuine);
        row.subject_facts = Some("{}".to_owned());
        PersonalPart::Subject.commit(&mut row, &[2; 16]);
        assert_eq!(check(&keys, &row), RowState::Changed);
        row.subject_hash = None;
        assert_eq!(check(&keys, &row), RowState::PersonalChanged);
    }

    #[test]
    fn the_seal_is_not_covered_and_an_unknown_key_is_reported() {
        assert_eq!(
            check(&keys("k"), &changed(|row| row.seal = Some(1))),
            RowState::Genuine
        );
        assert_eq!(check(&keys("other"), &row()), RowState::UnknownKey);
    }
}
