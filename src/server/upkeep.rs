//! Periodic maintenance.

use std::{sync::Arc, time::Duration};

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::{
    context::App,
    features::{
        account, attempt, audit, data_key, form_receipt, key,
        lease::{self, Lease},
        mail, one_time_token, session, user,
    },
    platform::db::DbResult,
};

/// How often SQLite's write-ahead log is moved into the database file.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);

/// How often refused sign-ins are written to the audit log, its new rows are sealed, and deleted accounts are erased in it.
const AUDIT_EVERY: Duration = Duration::from_mins(1);

/// How often signing keys are read again. A key that must sign at once is published for longer than this before.
const KEYS_EVERY: Duration = Duration::from_secs(5);

/// How often sessions that ended long ago, attempts that no longer count, and the like are deleted.
const PURGE_EVERY: Duration = Duration::from_hours(1);

/// How long one server has this work to itself: until shortly before the next time.
const PURGE_LEASE: Duration = Duration::from_mins(55);

/// Runs until it is dropped, or until the keys that this server loaded are no longer those in the database: then the server
/// must stop.
pub async fn run(app: Arc<App>) {
    let mut checkpoint = every(CHECKPOINT_EVERY);
    let mut audit = every(AUDIT_EVERY);
    let mut keys = every(KEYS_EVERY);
    let mut purge = every(PURGE_EVERY);
    loop {
        tokio::select! {
            _ = checkpoint.tick() => {
                if let Err(failure) = app.db.checkpoint().await {
                    tracing::warn!(?failure, "could not move the write-ahead log into the database");
                }
            }
            _ = audit.tick() => keep_audit_log(&app).await,
            _ = keys.tick() => {
                refresh_keys(&app).await;
                if are_keys_replaced(&app).await {
                    return;
                }
            }
            _ = purge.tick() => {
                match lease::acquire(&app, "purge", PURGE_LEASE).await {
                    Ok(Some(lease)) => purge_all(&app, &lease).await,
                    Ok(None) => {}
                    Err(failure) => tracing::warn!(?failure, "could not take the lease for deleting old rows"),
                }
                purge_audit_log(&app).await;
            }
        }
    }
}

/// A database that is away for a while leaves the keys as they are.
async fn refresh_keys(app: &App) {
    if let Err(failure) = key::refresh(app).await {
        tracing::warn!(?failure, "could not read the signing keys again");
    }
}

/// Whether `secret rotate --leaked` has replaced the data keys. A database that is away for a while has replaced nothing.
async fn are_keys_replaced(app: &App) -> bool {
    match data_key::are_replaced(app).await {
        Ok(are_replaced) => are_replaced,
        Err(failure) => {
            tracing::warn!(?failure, "could not read the data keys again");
            false
        }
    }
}

/// Writes what was only counted so far, erases what is left of deleted accounts, and seals what was written.
async fn keep_audit_log(app: &App) {
    flush_refused_sign_ins(app).await;
    if let Err(failure) = audit::erase_noted(app).await {
        tracing::warn!(
            ?failure,
            "could not erase what the audit log knows about deleted accounts"
        );
    }
    if let Err(failure) = audit::seal(app).await {
        tracing::warn!(?failure, "could not seal the audit log");
    }
}

/// Removes old events. Not under the lease for deleting old rows: the server that seals does this, too.
async fn purge_audit_log(app: &App) {
    match audit::purge(app).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "deleted old events of the audit log"),
        Err(failure) => tracing::warn!(?failure, "could not delete old events of the audit log"),
    }
}

/// Writes the refused sign-ins to the audit log that were only counted so far.
pub async fn flush_refused_sign_ins(app: &App) {
    if let Err(failure) = audit::flush_refused(app).await {
        tracing::warn!(?failure, "could not write refused sign-ins to the audit log");
    }
}

/// Deletes what is no longer needed. Of all servers on the database, one does so in each interval.
async fn purge_all(app: &App, lease: &Lease) {
    log("sessions that ended long ago", session::purge(app).await);
    log("attempts that no longer count", attempt::purge(app).await);
    log("old form receipts", form_receipt::purge(app).await);
    match lease::renew(app, lease, PURGE_LEASE).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(failure) => tracing::warn!(?failure, "could not extend the lease for deleting old rows"),
    }
    log(
        "one-time tokens that ended long ago",
        one_time_token::purge(app).await,
    );
    log("mails that ended long ago", mail::purge(app).await);
    log("signing keys that retired", key::purge(app).await);
    rotate_keys(app).await;
    log(
        "reservations of former addresses",
        user::purge_reservations(app).await,
    );
    match account::delete_due(app).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "deleted accounts whose time was up"),
        Err(failure) => tracing::warn!(?failure, "could not delete accounts whose time is up"),
    }
}

async fn rotate_keys(app: &App) {
    match key::rotate_due(app).await {
        Ok(None) => {}
        Ok(Some(rotated)) => tracing::info!(
            kid = rotated.kid,
            activates_at = %rotated.activates_at,
            "published the next signing key"
        ),
        Err(failure) => tracing::warn!(?failure, "could not make the next signing key"),
    }
}

fn every(time: Duration) -> Interval {
    let mut interval = interval(time);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn log(what: &str, purged: DbResult<u64>) {
    match purged {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "deleted {what}"),
        Err(failure) => tracing::warn!(?failure, "could not delete {what}"),
    }
}
