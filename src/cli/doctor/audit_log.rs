//! The finding about the audit log.

use std::time::Duration;

use super::finding::Finding;
use crate::{
    features::audit,
    platform::{
        clock::{Timestamp, from_millis},
        db::{Db, DbResult},
    },
};

const ABOUT: &str = "audit log";

/// Servers seal every minute what is at least a minute old.
const OVERDUE_AFTER: Duration = Duration::from_mins(10);

/// Whether new events are sealed. `audit verify` reads the whole log, this only its end.
pub(super) async fn finding(db: &Db, now: Timestamp) -> DbResult<Finding> {
    if audit::is_missing(db).await? {
        return Ok(Finding::error(
            ABOUT,
            "the log is empty, though there are accounts: all of it was removed",
            "find out who can write to the database, and look for the log in a backup",
        ));
    }
    let waiting = audit::waiting_since(db).await?.map(from_millis);
    let then = now.checked_sub(OVERDUE_AFTER).unwrap_or(Timestamp::MIN);
    Ok(match waiting {
        Some(since) if since < then => Finding::warning(
            ABOUT,
            format!(
                "events since {since:.0} are not sealed, so nothing would show that one of them was removed"
            ),
            "start a server: it seals them within a minute; if one is running, its log says why it does not",
        ),
        _ => Finding::ok(ABOUT, "sealed; `portcullis audit verify` checks all of it"),
    })
}
