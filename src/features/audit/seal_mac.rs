//! The MAC of a seal, and the hash of the rows that it covers.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::audit_seal::Model;

use super::{encoding::Encoding, store::stored::Stored};
use crate::platform::crypto::{Sha256, TagKeys, is_same_secret};

/// Whether a seal is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SealState {
    /// It is.
    Genuine,
    /// It was changed, or invented.
    Changed,
    /// The key that made the MAC is unknown.
    UnknownKey,
}

/// The hash of the MACs of rows, which must come in the order of their ids.
pub(super) fn root<'a>(macs: impl IntoIterator<Item = &'a str>) -> String {
    let all = Encoding::new("portcullis audit root v1");
    let all = macs.into_iter().fold(all, Encoding::text);
    Sha256::of_bytes(&all.finish()).to_base64url()
}

/// The MAC of a seal under its `key_id`, in base64url; none if the key is unknown.
pub(super) fn mac(keys: &TagKeys, seal: &Model) -> Option<String> {
    // No `..`: a new column must be encoded, in a new version.
    let Model {
        seq,
        created_at,
        until_id,
        row_count,
        late_count,
        root,
        previous_mac,
        removed_to,
        key_id,
        mac: _,
    } = seal;
    let bytes = Encoding::new("portcullis audit seal v1")
        .integer(*seq)
        .integer(*created_at)
        .optional(until_id.map(|id| id.0))
        .integer(*row_count)
        .integer(*late_count)
        .text(root)
        .optional(previous_mac.as_deref())
        .optional(removed_to.map(i64::to_be_bytes))
        .text(key_id)
        .finish();
    let tag = keys.tag(key_id, &[&bytes])?;
    Some(URL_SAFE_NO_PAD.encode(tag))
}

/// Compares a seal as it is stored with its MAC. One that cannot be read as a whole was changed.
pub(super) fn check_stored(keys: &TagKeys, seal: &Stored<Model>) -> SealState {
    if seal.is_sound {
        check(keys, &seal.model)
    } else {
        SealState::Changed
    }
}

/// Compares a seal with its MAC.
fn check(keys: &TagKeys, seal: &Model) -> SealState {
    match mac(keys, seal) {
        None => SealState::UnknownKey,
        Some(right) if is_same_secret(&right, &seal.mac) => SealState::Genuine,
        Some(_) => SealState::Changed,
    }
}

#[cfg(test)]
mod tests {
    use entity::AuditEventId;
    use uuid::Uuid;

    use super::*;
    use crate::platform::crypto::DataKey;

    fn keys(id: &str) -> TagKeys {
        TagKeys::new(&[DataKey::new(id.to_owned(), [7; 32].into())])
    }

    fn seal() -> Model {
        let mut seal = Model {
            seq: 2,
            created_at: 3,
            until_id: Some(AuditEventId(Uuid::from_u128(4))),
            row_count: 5,
            late_count: 0,
            root: root(["a", "b"]),
            previous_mac: Some("previous".to_owned()),
            removed_to: None,
            key_id: "k".to_owned(),
            mac: String::new(),
        };
        seal.mac = mac(&keys("k"), &seal).unwrap();
        seal
    }

    #[test]
    fn every_changed_field_is_noticed() {
        assert_eq!(check(&keys("k"), &seal()), SealState::Genuine);
        let changes: [fn(&mut Model); 11] = [
            |seal| seal.seq = 3,
            |seal| seal.created_at = 4,
            |seal| seal.until_id = Some(AuditEventId(Uuid::nil())),
            |seal| seal.until_id = None,
            |seal| seal.row_count = 6,
            |seal| seal.late_count = 1,
            |seal| std::mem::swap(&mut seal.row_count, &mut seal.late_count),
            |seal| seal.root = root(["b", "a"]),
            |seal| seal.previous_mac = None,
            |seal| seal.removed_to = Some(0),
            |seal| seal.mac = String::new(),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut edited = seal();
            change(&mut edited);
            assert_eq!(check(&keys("k"), &edited), SealState::Changed, "{number}");
        }
        assert_eq!(check(&keys("other"), &seal()), SealState::UnknownKey);
    }

    #[test]
    fn a_root_knows_its_macs_and_their_order() {
        let roots = [
            root([]),
            root([""]),
            root(["ab"]),
            root(["a", "b"]),
            root(["b", "a"]),
        ];
        for (number, one) in roots.iter().enumerate() {
            assert!(!roots[..number].contains(one), "{number}");
        }
    }
}
