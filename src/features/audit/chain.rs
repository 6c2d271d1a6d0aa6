//! The chain of seals: how one follows the other, and where it begins.

use entity::{AuditEventId, audit_seal::Model};

use super::{
    seal_mac::{SealState, check_stored, mac, root},
    store::{
        self, seals,
        stored::{Stored, StoredMac},
    },
};
use crate::{
    context::App,
    platform::{
        crypto::TagKeys,
        db::{Db, DbResult},
    },
};

/// How many seals are read at once.
const PAGE: u64 = 50;

/// What a new seal says.
#[derive(Debug)]
pub(super) struct Content {
    /// The greatest id that it covers.
    pub(super) until_id: Option<AuditEventId>,
    pub(super) row_count: i64,
    pub(super) late_count: i64,
    pub(super) root: String,
    pub(super) removed_to: Option<i64>,
}

impl Content {
    /// About these rows, in the order of their ids.
    pub(super) fn of_rows(rows: &[StoredMac], last: Option<&Model>) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let until_id = last.and_then(|last| last.until_id);
        let is_late = |row: &&StoredMac| until_id.is_some_and(|until| row.id < until);
        Self {
            until_id: until_id.max(rows.last().map(|row| row.id)),
            row_count: count(rows.len()),
            late_count: count(rows.iter().filter(is_late).count()),
            root: root(rows.iter().map(|row| row.mac.as_str())),
            removed_to: None,
        }
    }

    /// About the removal of everything up to this seal.
    pub(super) fn of_removal(end: &Model, last: &Model) -> Self {
        Self {
            until_id: last.until_id,
            row_count: 0,
            late_count: 0,
            root: end.mac.clone(),
            removed_to: Some(end.seq),
        }
    }
}

/// The seal that follows `last`.
pub(super) fn next(app: &App, last: Option<&Model>, content: Content) -> DbResult<Model> {
    let keys = &app.audit_keys;
    let mut seal = Model {
        seq: last.map_or(0, |last| last.seq).saturating_add(1),
        created_at: app.clock.now().as_millisecond(),
        until_id: content.until_id,
        row_count: content.row_count,
        late_count: content.late_count,
        root: content.root,
        previous_mac: last.map(|last| last.mac.clone()),
        removed_to: content.removed_to,
        key_id: keys.newest().map_err(|_| store::no_key())?.to_owned(),
        mac: String::new(),
    };
    seal.mac = mac(keys, &seal).ok_or_else(store::no_key)?;
    Ok(seal)
}

/// Where the log begins: after what was removed because of its age.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// The last seal that was removed with its rows; 0 if none was.
    pub(super) removed_to: i64,
    /// Its MAC.
    pub(super) mac: Option<String>,
}

impl Start {
    /// As the newest genuine seal of a removal says.
    pub(super) async fn find(db: &Db, keys: &TagKeys) -> DbResult<Self> {
        let mut before = i64::MAX;
        loop {
            let removals = seals::removals(db, before, PAGE).await?;
            let Some(oldest) = removals.last().and_then(|seal| seal.model.removed_to) else {
                return Ok(Self::default());
            };
            let is_genuine = |seal: &&Stored<Model>| check_stored(keys, seal) == SealState::Genuine;
            if let Some(newest) = removals.iter().find(is_genuine) {
                return Ok(Self {
                    removed_to: newest.model.removed_to.unwrap_or(0),
                    mac: Some(newest.model.root.clone()),
                });
            }
            before = oldest;
        }
    }

    /// Whether a seal is the first one after the start.
    pub(super) fn is_followed_by(&self, seal: &Model) -> bool {
        seal.seq == self.removed_to.saturating_add(1) && seal.previous_mac == self.mac
    }
}

/// When the first seal after the start was made: what was removed is not newer.
pub(super) async fn removed_until(db: &Db, start: &Start) -> DbResult<i64> {
    let first = seals::after(db, start.removed_to, 1).await?.pop();
    Ok(first.map_or(i64::MAX, |seal| seal.model.created_at))
}
