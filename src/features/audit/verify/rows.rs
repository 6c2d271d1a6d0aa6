//! Checks rows: each by itself, and those of one seal together.

use entity::{AuditEventId, audit_event, audit_seal};

use super::{finding::Finding, report::Report};
use crate::{
    context::App,
    features::audit::{
        row_mac::{self, RowState},
        seal::MAX_ROWS,
        seal_mac::root,
        store::{reading, stored::Stored},
    },
    platform::db::DbResult,
};

/// How many rows are read at once.
const PAGE: u64 = 500;

/// How many rows more than a seal can cover are still compared one by one.
const SPARE_ROWS: usize = 100;

/// Rows that name one seal.
#[derive(Debug, Default)]
pub(super) struct SealedRows {
    /// How many there are.
    pub(super) count: i64,
    /// Id and MAC of the first ones, and whether they are genuine.
    rows: Vec<(AuditEventId, String, bool)>,
}

/// Checks one row by itself, which was written when the key `current` was in use, if that is known. Returns whether it is
/// genuine.
pub(super) fn check_row(
    app: &App,
    row: &Stored<audit_event::Model>,
    current: Option<&str>,
    report: &mut Report,
) -> bool {
    let id = row.model.id;
    report.events += 1;
    let state = row_mac::check_stored(&app.audit_keys, row);
    report.erased += u64::from(state == RowState::Erased);
    match state {
        RowState::Genuine | RowState::Erased => {
            let is_old = |current| app.audit_keys.is_older(&row.model.key_id, current);
            if current.is_some_and(is_old) {
                report.add(Finding::RowKeyReplaced { id });
            }
            return true;
        }
        RowState::Changed => report.add(Finding::RowChanged { id }),
        RowState::PersonalChanged => report.add(Finding::PersonalChanged { id }),
        RowState::UnknownKey => report.add(Finding::RowKeyUnknown { id }),
    }
    false
}

/// Reads the rows that name this seal, and checks each by itself. `current` is the key of the seals before.
pub(super) async fn read(
    app: &App,
    seal: i64,
    current: Option<&str>,
    report: &mut Report,
) -> DbResult<SealedRows> {
    let most = usize::try_from(MAX_ROWS).unwrap_or(usize::MAX) + SPARE_ROWS;
    let mut found = SealedRows::default();
    let mut after = None;
    loop {
        let page = reading::of_seal(&app.db, seal, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.model.id);
        for row in page {
            let is_genuine = check_row(app, &row, current, report);
            found.count += 1;
            if found.rows.len() < most {
                found.rows.push((row.model.id, row.model.mac, is_genuine));
            }
        }
    }
    Ok(found)
}

impl SealedRows {
    /// The first one.
    pub(super) fn first(&self) -> Option<AuditEventId> {
        self.rows.first().map(|(id, ..)| *id)
    }

    /// Compares them with what the seal covers.
    pub(super) fn compare(&self, seal: &audit_seal::Model, report: &mut Report) {
        // A count that was changed by hand can be any number.
        let added = self.count.saturating_sub(seal.row_count);
        if added < 0 {
            let (seal, count) = (seal.seq, added.saturating_neg());
            report.add(Finding::RowsMissing { seal, count });
        } else if added > 0 {
            self.find_added(seal, added, report);
        } else if seal.removed_to.is_none() && self.root_without(|_| false) != seal.root {
            report.add(Finding::RowsReplaced { seal: seal.seq });
        }
    }

    fn find_added(&self, seal: &audit_seal::Model, count: i64, report: &mut Report) {
        let seq = seal.seq;
        // Those that are not genuine have been reported by themselves already.
        let is_genuine = |index: usize| self.rows.get(index).is_some_and(|(.., genuine)| *genuine);
        if seal.row_count > 0 && self.root_without(|index| !is_genuine(index)) == seal.root {
            return;
        }
        // Hashing them once for each row is affordable for some seals, not for all.
        if count == 1 && seal.row_count > 0 && !report.is_full() {
            for (index, (id, ..)) in self.rows.iter().enumerate() {
                if self.root_without(|other| other == index) == seal.root {
                    report.add(Finding::RowMoved { id: *id, seal: seq });
                    return;
                }
            }
        }
        report.add(Finding::RowsAdded { seal: seq, count });
    }

    /// The root of the rows, except for those that `leaves_out` names by their index.
    fn root_without(&self, leaves_out: impl Fn(usize) -> bool) -> String {
        let rows = self.rows.iter().enumerate();
        root(
            rows.filter(|(index, _)| !leaves_out(*index))
                .map(|(_, (_, mac, _))| mac.as_str()),
        )
    }
}

/// Checks the rows that no seal covers yet, and counts those that should be sealed: written before `overdue`.
/// `current` is the key of the last seal.
pub(super) async fn check_unsealed(
    app: &App,
    overdue: i64,
    current: Option<&str>,
    report: &mut Report,
) -> DbResult<()> {
    let mut after = None;
    loop {
        let page = reading::unsealed(&app.db, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.model.id);
        for row in &page {
            check_row(app, row, current, report);
            report.unsealed += 1;
            report.overdue += u64::from(row.model.created_at < overdue);
        }
    }
}
