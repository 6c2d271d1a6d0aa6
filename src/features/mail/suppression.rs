//! Addresses that get no mail, because their mail server refused it for good, or because the operator says so.

use entity::mail_suppression::Model;

use super::store;
use crate::{
    context::App,
    features::one_time_token::bound_under,
    platform::{
        crypto::TagKeys,
        failure::{Failed, Fault},
    },
};

/// After this many refusals in a row, the address gets no more mail. A single one can be a mistake of the mail server.
const MAX_REFUSALS: i64 = 3;

/// Refusals closer together than this count once; milliseconds. Anybody can cause three mails at once, and mistakes of
/// mail servers last for hours.
const COUNTS_ONCE: i64 = 24 * 60 * 60 * 1_000;

/// A refusal starts a new count if the last one is older than this; milliseconds.
const COUNTS_FOR: i64 = 30 * 24 * 60 * 60 * 1_000;

/// The reason of a suppression by the operator.
const BY_OPERATOR: &str = "operator";

/// Whether the address gets no mail.
pub(super) async fn is_suppressed(app: &App, address: &str) -> Result<bool, Failed> {
    let found = store::suppression(&app.db, &key(app, address)?).await?;
    Ok(found.is_some_and(|row| row.suppressed_at.is_some()))
}

/// Counts a refusal. Returns whether the address gets no mail from now on.
pub(super) async fn count_refusal(app: &App, address: &str, reason: &str) -> Result<bool, Failed> {
    let now = app.clock.now().as_millisecond();
    let key = key(app, address)?;
    let before = store::suppression(&app.db, &key).await?;
    // A suppression does not age as refusals do.
    let suppressed_at = before.as_ref().and_then(|row| row.suppressed_at);
    let earlier = before.filter(|row| now.saturating_sub(row.refused_at) < COUNTS_FOR);
    // One from the future means that the clock was set back.
    let is_counted = |row: &Model| (0..COUNTS_ONCE).contains(&now.saturating_sub(row.refused_at));
    let (refusals, refused_at) = match earlier {
        Some(row) if is_counted(&row) => (row.refusals, row.refused_at),
        Some(row) => (row.refusals.saturating_add(1), now),
        None => (1, now),
    };
    let row = Model {
        address_key: key,
        reason: reason.to_owned(),
        refusals,
        refused_at,
        suppressed_at: suppressed_at.or_else(|| (refusals >= MAX_REFUSALS).then_some(now)),
    };
    let is_suppressed = row.suppressed_at.is_some();
    store::put_suppression(&app.db, row).await?;
    Ok(is_suppressed)
}

/// Forgets the refusals of an address that has taken a mail. A suppression stays: the operator can have made it while
/// the mail was being sent.
pub(super) async fn forget_refusals(app: &App, address: &str) -> Result<(), Failed> {
    let key = key(app, address)?;
    if store::suppression(&app.db, &key).await?.is_some() {
        store::remove_refusals(&app.db, &key).await?;
    }
    Ok(())
}

/// Stops all mail to the address.
pub async fn suppress(app: &App, address: &str) -> Result<(), Failed> {
    let now = app.clock.now().as_millisecond();
    let row = Model {
        address_key: key(app, address)?,
        reason: BY_OPERATOR.to_owned(),
        refusals: 0,
        refused_at: now,
        suppressed_at: Some(now),
    };
    Ok(store::put_suppression(&app.db, row).await?)
}

/// Allows mail to the address again, and forgets its refusals. Returns whether it was suppressed.
pub async fn unsuppress(app: &App, address: &str) -> Result<bool, Failed> {
    let was_suppressed = is_suppressed(app, address).await?;
    store::remove_suppression(&app.db, &key(app, address)?).await?;
    Ok(was_suppressed)
}

/// Mail servers may tell capitals in the local part apart; people do not.
fn key(app: &App, address: &str) -> Result<String, Fault> {
    key_under(&app.mail_keys, address)
}

/// The same under other keys.
pub(super) fn key_under(keys: &TagKeys, address: &str) -> Result<String, Fault> {
    bound_under(keys, &["suppression", &address.to_ascii_lowercase()])
}
