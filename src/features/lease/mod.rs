//! Leases: of all servers on one database, one at a time does certain work.
//!
//! A lease is a row that one server holds for a while. It needs no lock that a connection pooler or another database
//! might not have. A holder that stops without giving it back delays the work until the lease runs out.

mod store;

use std::time::Duration;

use entity::lease::Model;

use crate::{
    context::App,
    platform::{clock::later, db::DbResult},
};

/// A lease that this server holds.
#[derive(Debug)]
pub struct Lease {
    name: &'static str,
    fence: i64,
}

/// Takes the lease called `name` for `ttl`; none if another server holds it. Taking one's own again extends it.
pub async fn acquire(app: &App, name: &'static str, ttl: Duration) -> DbResult<Option<Lease>> {
    let now = app.clock.now();
    let until = later(now, ttl).as_millisecond();
    let now = now.as_millisecond();
    if !store::take(&app.db, name, &app.instance, now, until).await? {
        let free = Model {
            name: name.to_owned(),
            holder: None,
            held_until: 0,
            fence: 0,
        };
        store::insert_if_missing(&app.db, free).await?;
        if !store::take(&app.db, name, &app.instance, now, until).await? {
            return Ok(None);
        }
    }
    let fence = store::fence(&app.db, name, &app.instance).await?;
    Ok(fence.map(|fence| Lease { name, fence }))
}

/// Extends a lease to `ttl` from now. False if another server has taken it since: then stop.
pub async fn renew(app: &App, lease: &Lease, ttl: Duration) -> DbResult<bool> {
    let until = later(app.clock.now(), ttl).as_millisecond();
    store::extend(&app.db, lease.name, &app.instance, lease.fence, until).await
}

/// Gives back every lease of this server, so that another one need not wait.
pub async fn release_all(app: &App) -> DbResult<()> {
    store::release(&app.db, &app.instance).await
}
