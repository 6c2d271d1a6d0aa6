//! The MAC of a row, and the hash of its personal part.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::audit_event::Model;

use super::{encoding::Encoding, store::stored::Stored};
use crate::platform::crypto::{Sha256, TagKeys, is_same_secret};

/// Whether a row is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowState {
    /// It is.
    Genuine,
    /// It is, and its personal part was erased.
    Erased,
    /// Something other than the personal part was changed.
    Changed,
    /// The personal part was changed.
    PersonalChanged,
    /// The key that made the MAC is unknown.
    UnknownKey,
}

/// The hash of the personal part: with the salt erased, nobody can find out by trying what it was.
pub(super) fn personal_hash(row: &Model) -> String {
    let bytes = Encoding::new("portcullis audit personal v1")
        .optional(row.personal_salt.as_deref())
        .optional(row.ip_address.as_deref())
        .optional(row.user_agent.as_deref())
        .optional(row.personal.as_deref())
        .finish();
    Sha256::of_bytes(&bytes).to_base64url()
}

/// The MAC of a row under its `key_id`, in base64url; none if the key is unknown.
pub(super) fn mac(keys: &TagKeys, row: &Model) -> Option<String> {
    let bytes = encode(row);
    let tag = keys.tag(&row.key_id, &[&bytes])?;
    Some(URL_SAFE_NO_PAD.encode(tag))
}

/// Everything but `seal`, which is set later, and the personal part, which can be erased.
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
        personal: _,
        personal_salt: _,
        personal_hash,
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
        .text(personal_hash)
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
    let is_blank = row.ip_address.is_none() && row.user_agent.is_none() && row.personal.is_none();
    match &row.personal_salt {
        Some(_) if personal_hash(row) == row.personal_hash => RowState::Genuine,
        None if is_blank => RowState::Erased,
        _ => RowState::PersonalChanged,
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
            personal: Some("{}".to_owned()),
            personal_salt: Some("salt".to_owned()),
            personal_hash: String::new(),
            key_id: "k".to_owned(),
            mac: String::new(),
            seal: None,
        };
        row.personal_hash = personal_hash(&row);
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
            changed(|row| row.personal_hash = String::new()),
            changed(|row| row.mac = String::new()),
            changed(|row| std::mem::swap(&mut row.actor_id, &mut row.subject_id)),
        ] {
            assert_eq!(check(&keys, &row), RowState::Changed, "{row:?}");
        }
    }

    #[test]
    fn the_personal_part_can_be_erased_as_a_whole_and_not_be_changed() {
        let keys = keys("k");
        let erase = |row: &mut Model| {
            row.ip_address = None;
            row.user_agent = None;
            row.personal = None;
            row.personal_salt = None;
        };
        assert_eq!(check(&keys, &changed(erase)), RowState::Erased);
        for row in [
            changed(|row| row.ip_address = None),
            changed(|row| row.user_agent = Some("192.0.2.1".to_owned())),
            changed(|row| std::mem::swap(&mut row.ip_address, &mut row.user_agent)),
            changed(|row| row.personal = Some("{\"a\":\"b\"}".to_owned())),
            changed(|row| row.personal_salt = Some("other".to_owned())),
            changed(|row| row.personal_salt = None),
            changed(|row| {
                erase(row);
                row.ip_address = Some("198.51.100.1".to_owned());
            }),
        ] {
            assert_eq!(check(&keys, &row), RowState::PersonalChanged);
        }
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
