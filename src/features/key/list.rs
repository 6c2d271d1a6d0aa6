//! Use case: list the keys for the operator.

use super::{
    schedule::{self, KeyState},
    store,
};
use crate::{
    context::App,
    platform::{
        clock::{Timestamp, from_millis},
        db::DbResult,
    },
};

/// A key, without its private half.
#[derive(Debug, Clone)]
pub struct ListedKey {
    /// Its id.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: String,
    /// What it does.
    pub state: KeyState,
    /// When it starts to sign, or started.
    pub activates_at: Timestamp,
    /// When its last token has run out; none until another key follows.
    pub retires_at: Option<Timestamp>,
}

/// The keys, in the order in which they start to sign.
pub async fn list(app: &App) -> DbResult<Vec<ListedKey>> {
    let now = app.db.now(&*app.clock).await?.as_millisecond();
    let mut rows = store::all(&app.db).await?;
    rows.sort_by_key(|row| (row.activates_at, row.id));
    let signing = schedule::signing(&rows, app.config.jwt_algorithm, now);
    let listed = rows.iter().map(|row| ListedKey {
        kid: row.kid.clone(),
        algorithm: row.algorithm.clone(),
        state: schedule::state(row, signing, now),
        activates_at: from_millis(schedule::start_of(row)),
        retires_at: row.retires_at.map(from_millis),
    });
    Ok(listed.collect())
}
