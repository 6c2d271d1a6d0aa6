//! Use case: delete the accounts whose delayed deletion is due.

use std::time::Duration;

use entity::user;

use super::grace::reopen;
use crate::{
    context::App,
    features::{
        attempt::AccountCounts,
        audit::{self, Actor, EventKind, NewEvent},
        authority,
        mail::{self, NewMail},
        notice, session,
        user::{self as users, Deletion},
    },
    platform::{
        clock::{from_millis, later},
        db::transaction,
        failure::Failed,
    },
};

/// How long the deletion of the last administrator is postponed.
const POSTPONED_BY: Duration = Duration::from_hours(24);

/// Deletes them. Returns how many. A deletion that fails is logged and tried again the next time; it keeps none of the
/// others waiting.
pub async fn delete_due(app: &App) -> Result<u64, Failed> {
    reopen(app).await?;
    let mut deleted = 0;
    for user in users::due_for_deletion(app).await? {
        match close_and_delete(app, &user).await {
            Ok(is_deleted) => deleted += u64::from(is_deleted),
            Err(failure) => {
                tracing::warn!(user = %user.id, ?failure, "could not delete an account that is due")
            }
        }
    }
    Ok(deleted)
}

async fn close_and_delete(app: &App, user: &user::Model) -> Result<bool, Failed> {
    if users::cancellable_deletion(user).is_some() && !close(app, user).await? {
        return Ok(false);
    }
    delete(app, user).await
}

/// What becomes of an account at the end of its grace period.
enum End {
    /// It is closed, and can be deleted.
    Closed,
    /// Its owner kept it meanwhile, or its deletion has another date.
    NotDue,
    /// Nobody else administers.
    LastAdmin,
}

/// Closes an account at the end of its grace period: from here on its owner cannot cancel the deletion any more, so
/// that what follows cannot delete half of it. Returns whether it was closed.
async fn close(app: &App, user: &user::Model) -> Result<bool, Failed> {
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let notice = notice::account_deleted(app, user)?;
    let event = NewEvent::new(app, EventKind::UserDeleted, Actor::system()).about(user.id);
    let end = transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?;
        let Some(due) = held.and_then(|held| held.deletes_at.filter(|at| *at <= millis)) else {
            return Ok(End::NotDue);
        };
        // The owner may have changed the address during the grace period.
        if let Some(until) = users::reserved_until(tx, user.id, millis).await? {
            users::set_deletion(tx, user.id, Some(Deletion::Closing(until)), millis).await?;
            session::end_all_of(tx, user.id, now).await?;
            notice.save(tx, app).await?;
            event.save(tx).await?;
            return Ok(End::NotDue);
        }
        if authority::is_last_admin(tx, app, user.id).await? {
            let postponed = later(from_millis(millis), POSTPONED_BY).as_millisecond();
            users::set_deletion(tx, user.id, Some(Deletion::Cancellable(postponed)), millis).await?;
            return Ok(End::LastAdmin);
        }
        users::set_deletion(tx, user.id, Some(Deletion::Closing(due)), millis).await?;
        session::end_all_of(tx, user.id, now).await?;
        Ok(End::Closed)
    })?;
    if matches!(end, End::LastAdmin) {
        tracing::warn!(
            user = %user.id,
            "postponed the deletion of an account by a day: nobody else administers; make somebody an administrator"
        );
    }
    Ok(matches!(end, End::Closed))
}

/// Deletes a closed account that is due. Returns whether it did.
async fn delete(app: &App, user: &user::Model) -> Result<bool, Failed> {
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let now = app.clock.now().as_millisecond();
    let event = NewEvent::new(app, EventKind::UserDeleted, Actor::system()).about(user.id);
    // The owner of an account that was closed before got this mail then.
    let notice = match users::cancellable_deletion(user) {
        Some(_) => notice::account_deleted(app, user)?,
        None => NewMail::none(),
    };
    // Nothing stops a deletion that is due: the right to take the account back ends with its time.
    audit::erase_ahead(app, user.id).await?;
    let is_deleted = transaction!(app.db, |tx| {
        // It may have been taken back meanwhile.
        let held = users::hold(tx, user.id).await?;
        let is_due = |user: user::Model| user.deletes_at.is_some_and(|at| at <= now);
        if !held.is_some_and(is_due) {
            return Ok(false);
        }
        mail::forget(tx, user.id).await?;
        audit::erase(tx, user.id).await?;
        users::delete(tx, user.id).await?;
        counts.forget(tx).await?;
        event.save(tx).await?;
        notice.save(tx, app).await?;
        Ok(true)
    })?;
    if is_deleted {
        audit::forget_refused(app, user.id);
    }
    Ok(is_deleted)
}
