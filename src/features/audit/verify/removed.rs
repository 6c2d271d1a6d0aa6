//! Checks what is left of the seals that were removed because of their age: a removal can have been interrupted.

use super::{finding::Finding, report::Report, rows::check_row};
use crate::{
    context::App,
    features::audit::{
        chain::{Start, removed_until},
        seal_mac::{SealState, check_stored},
        store::{reading, seals},
    },
    platform::db::DbResult,
};

/// How much is read at once.
const PAGE: u64 = 500;

/// Checks each row and each seal that is left, by itself. A row that is newer than the removed seals has been made to
/// look like one of theirs, so that a server would remove it.
pub(super) async fn check_left(app: &App, start: &Start, report: &mut Report) -> DbResult<()> {
    if start.mac.is_none() {
        return Ok(());
    }
    let until = removed_until(&app.db, start).await?;
    let mut from = 1;
    while let Some(seal) = reading::next_seal(&app.db, from).await? {
        if seal > start.removed_to {
            break;
        }
        check_rows(app, seal, until, report).await?;
        from = seal + 1;
    }
    let mut at = i64::MIN;
    loop {
        let page = seals::after(&app.db, at, PAGE).await?;
        let mut left = page
            .into_iter()
            .take_while(|seal| seal.model.seq <= start.removed_to)
            .peekable();
        if left.peek().is_none() {
            return Ok(());
        }
        for seal in left {
            at = seal.model.seq;
            match check_stored(&app.audit_keys, &seal) {
                SealState::Genuine => {}
                SealState::Changed => report.add(Finding::SealChanged { seal: at }),
                SealState::UnknownKey => report.add(Finding::SealKeyUnknown { seal: at }),
            }
        }
    }
}

async fn check_rows(app: &App, seal: i64, until: i64, report: &mut Report) -> DbResult<()> {
    let mut after = None;
    loop {
        let page = reading::of_seal(&app.db, seal, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.model.id);
        for row in &page {
            let id = row.model.id;
            if check_row(app, row, None, report) && row.model.created_at > until {
                report.add(Finding::RowMoved { id, seal });
            }
        }
    }
}
