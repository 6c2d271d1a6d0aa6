//! Peers that say whom they forward for, though no setting tells that they may.
//!
//! Either such a peer is the operator's own proxy: until `trusted_proxies` names it, all people behind it count as one.
//! Or somebody tries to pass for somebody else. Only requests show it, and `doctor` sees none; so a server that meets
//! one writes it down, the first one alone, since anybody could make it write more.

mod store;

use std::{net::IpAddr, time::Duration};

use crate::platform::{
    app::App,
    clock::Timestamp,
    db::{Db, DbResult},
};

/// How long one is remembered: a proxy that is in use is met again at the next start.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Writes a peer down.
pub async fn note(app: &App, peer: IpAddr) -> DbResult<()> {
    store::put(&app.db, peer, app.clock.now()).await
}

/// The peers that were written down of late, and when.
pub async fn noted(db: &Db, now: Timestamp) -> DbResult<Vec<(IpAddr, Timestamp)>> {
    store::since(db, now - KEPT).await
}

/// Forgets those that were met long ago; how many there were.
pub async fn purge(app: &App) -> DbResult<u64> {
    store::forget_before(&app.db, app.clock.now() - KEPT).await
}
