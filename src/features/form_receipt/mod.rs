//! Receipts: which forms of the hosted pages took effect.
//!
//! A double click, a retry by the browser, or a person whose response was lost sends the same form twice. The use case
//! writes a receipt in the transaction of its effect. For a minute the page then answers a repeat like the first one,
//! without running the use case again.
//!
//! The key of a receipt names the request and the browser that sent it, and nobody else can make it (see
//! `page/form_token.rs`). Rows are written only with a success, so strangers cannot fill the table. Calls of the API
//! that use up a mailed secret write receipts, too, under a key made of their secrets.

mod purge;
mod repeat;
mod store;

use std::time::Duration;

use entity::{SessionId, form_receipt};
use uuid::Uuid;

pub use purge::{purge, purge_all};
pub use repeat::repeat_key;

use crate::{
    context::OpContext,
    platform::{
        clock::Timestamp,
        db::{DbResult, Tx},
        failure::Failed,
    },
};

/// Stands for the session of a form that concerns none.
pub const NO_SESSION: SessionId = SessionId(Uuid::nil());

/// How long a form that is sent again counts as the same one.
pub const COUNTS_FOR: Duration = Duration::from_mins(1);

/// Tolerated difference between the clocks of two servers.
const CLOCK_LEEWAY: Duration = Duration::from_secs(30);

/// What is known of a form that took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The session that the sign-in started, else the one that sent the form; nil if it concerns none.
    pub session_id: SessionId,
}

impl Receipt {
    /// Whether it concerns a session.
    pub fn has_session(&self) -> bool {
        !self.session_id.0.is_nil()
    }
}

/// Writes the receipt of the caller's form, in the transaction of its effect. Does nothing for calls that are not
/// forms.
///
/// Fails on the primary key if another server was faster with the same form. That rolls back this one's changes: the
/// page then finds the other's receipt.
pub async fn save(tx: &Tx, context: &OpContext, session_id: SessionId) -> DbResult<()> {
    match &context.form_key {
        Some(form_key) => save_as(tx, context, form_key, session_id).await,
        None => Ok(()),
    }
}

/// The same under another key, for a call of the API that can be repeated: the key must come from its secret.
pub async fn save_as(tx: &Tx, context: &OpContext, key: &str, session_id: SessionId) -> DbResult<()> {
    let row = form_receipt::Model {
        form_key: key.to_owned(),
        session_id,
        done_at: context.app.clock.now().as_millisecond(),
    };
    store::insert(tx, row).await
}

/// The same for a form whose effect concerns no session.
pub async fn save_without_session(tx: &Tx, context: &OpContext) -> DbResult<()> {
    save(tx, context, NO_SESSION).await
}

/// The receipt of the caller's form, if it took effect within [`COUNTS_FOR`].
pub async fn find(context: &OpContext) -> Result<Option<Receipt>, Failed> {
    match &context.form_key {
        Some(form_key) => find_by(context, form_key).await,
        None => Ok(None),
    }
}

/// The receipt with this key, if it took effect within [`COUNTS_FOR`].
pub async fn find_by(context: &OpContext, key: &str) -> Result<Option<Receipt>, Failed> {
    let found = look_up(context, key).await?;
    if found.is_some() {
        tracing::info!("a request was sent again and gets the result of the first one");
    }
    Ok(found)
}

/// The same, for a use case that does not repeat the result.
pub async fn look_up(context: &OpContext, key: &str) -> Result<Option<Receipt>, Failed> {
    let app = &context.app;
    let Some(row) = store::find(&app.db, key).await? else {
        return Ok(None);
    };
    if !counts(row.done_at, app.clock.now()) {
        // Remove it, so that the form can get a new receipt. No effect depends on the old one any more.
        if let Err(failure) = store::remove(&app.db, &row).await {
            tracing::warn!(?failure, "could not remove an old receipt");
        }
        return Ok(None);
    }
    Ok(Some(Receipt {
        session_id: row.session_id,
    }))
}

/// Whether a receipt still counts. One from the future does not, or it would count for longer than others.
fn counts(done_at: i64, now: Timestamp) -> bool {
    let age = now.as_millisecond().saturating_sub(done_at);
    (-millis(CLOCK_LEEWAY)..millis(COUNTS_FOR)).contains(&age)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_counts_for_a_minute_and_clocks_may_differ_a_little() {
        let now = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        for (age, does) in [
            (0, true),
            (59_999, true),
            (60_000, false),
            (-30_000, true),
            (-30_001, false),
        ] {
            assert_eq!(counts(now.as_millisecond() - age, now), does, "{age}");
        }
        assert!(!counts(i64::MIN, now) && !counts(i64::MAX, now));
    }
}
