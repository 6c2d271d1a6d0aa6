//! Peers that say whom they forward for, though no setting tells that they may.
//!
//! Either such a peer is the operator's own proxy: until `trusted_proxies` names it, all people behind it count as one.
//! Or somebody tries to pass for somebody else. Only requests show it, and `doctor` sees none; so a server writes down
//! whom it meets, one an hour at most, since anybody could make it write more.

mod store;

use std::{
    net::IpAddr,
    sync::{Arc, Once},
    time::Duration,
};

use crate::platform::{
    app::App,
    clock::Timestamp,
    db::{Db, DbResult},
};

/// How long one is remembered after it was met.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Tells the operator of such a peer: once in the log, and in the database, beside the request.
pub fn meet(app: &Arc<App>, peer: IpAddr) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        tracing::warn!(
            %peer,
            "a peer says whom it forwards for, and is not believed: if it is your proxy, name it in \
             trusted_proxies, or all clients count as one, and as this machine if it runs here; if it is not, somebody tries \
             to hide"
        );
    });
    if app.limits.forwarders.is_time(app.clock.now()) {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(failure) = store::put(&app.db, peer, app.clock.now()).await {
                tracing::warn!(
                    ?failure,
                    "could not write down a peer that is no configured proxy"
                );
            }
        });
    }
}

/// The peers that were written down of late, and when.
pub async fn noted(db: &Db, now: Timestamp) -> DbResult<Vec<(IpAddr, Timestamp)>> {
    let since = since(now);
    let mut peers = store::all(db).await?;
    peers.retain(|(_, at)| *at >= since);
    Ok(peers)
}

/// Forgets those that were met long ago; how many there were.
pub async fn purge(app: &App) -> DbResult<u64> {
    let since = since(app.clock.now());
    let peers = store::all(&app.db).await?;
    // A deletion keeps other writers waiting, and there is rarely anything to delete.
    if peers.iter().all(|(_, at)| *at >= since) {
        return Ok(0);
    }
    store::forget_before(&app.db, since).await
}

fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT).unwrap_or(Timestamp::MIN)
}
