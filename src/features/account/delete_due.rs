//! Use case: delete the accounts whose delayed deletion is due.

use std::time::Duration;

use entity::user;

use super::grace::reopen;
use crate::{
    context::App,
    features::{
        attempt::AccountCounts,
        audit::{self, Actor, EventKind, NewEvent},
        authority, mail, notice, session,
        user::{self as users, Deletion},
    },
    platform::{clock::later, db::transaction, failure::Failed},
};

/// How long the deletion of the last administrator is postponed.
const POSTPONED_BY: Duration = Duration::from_hours(24);

/// Deletes them. Returns how many. A deletion that fails is logged and tried again the next time; it keeps none of the
/// others waiting.
pub async fn delete_due(app: &App) -> Result<u64, Failed> {
    reopen(app).await?;
    let mut deleted = 0;
    for user in users::due_for_deletion(app).await? {
        match delete(app, &user).await {
            Ok(is_deleted) => deleted += u64::from(is_deleted),
            Err(failure) => {
                tracing::warn!(user = %user.id, ?failure, "could not delete an account that is due");
            }
        }
    }
    Ok(deleted)
}

/// What became of an account that was due.
enum End {
    /// It is deleted.
    Deleted,
    /// Its owner kept it meanwhile, or a former address can still take it back.
    NotDue,
    /// Nobody else administers.
    LastAdmin,
}

/// Deletes an account that is due. Returns whether it did.
async fn delete(app: &App, user: &user::Model) -> Result<bool, Failed> {
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let event = NewEvent::new(app, EventKind::UserDeleted, Actor::system()).about(user.id);
    let notice = notice::account_deleted(app, user)?;
    let end = transaction!(app.db, |tx| {
        // It may have been taken back meanwhile.
        let held = users::hold(tx, user.id).await?;
        let is_due = |held: &user::Model| held.deletes_at.is_some_and(|at| at <= millis);
        let Some(held) = held.filter(is_due) else {
            return Ok(End::NotDue);
        };
        // Nothing stops the deletion of an account that was closed before, and its owner got the mail then.
        let is_closed = users::cancellable_deletion(&held).is_none();
        if !is_closed {
            // The owner may have changed the address during the grace period.
            if let Some(until) = users::reserved_until(tx, user.id, millis).await? {
                users::set_deletion(tx, user.id, Some(Deletion::Closing(until)), millis).await?;
                session::end_all_of(tx, user.id, now).await?;
                notice.save(tx, app).await?;
                event.save(tx).await?;
                return Ok(End::NotDue);
            }
            if authority::is_last_admin(tx, app, user.id).await? {
                let postponed = later(now, POSTPONED_BY).as_millisecond();
                users::set_deletion(tx, user.id, Some(Deletion::Cancellable(postponed)), millis).await?;
                return Ok(End::LastAdmin);
            }
        }
        mail::forget(tx, user.id).await?;
        audit::erase(tx, user.id, now).await?;
        users::delete(tx, user.id).await?;
        counts.forget(tx).await?;
        event.save(tx).await?;
        if !is_closed {
            notice.save(tx, app).await?;
        }
        Ok(End::Deleted)
    })?;
    match end {
        End::Deleted => audit::forget_refused(app, user.id),
        End::NotDue => {}
        End::LastAdmin => tracing::warn!(
            user = %user.id,
            "postponed the deletion of an account by a day: nobody else administers; make somebody an administrator"
        ),
    }
    Ok(matches!(end, End::Deleted))
}
