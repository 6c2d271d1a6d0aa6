//! Use case: delete the accounts whose delayed deletion is due.

use entity::user;

use crate::{
    context::App,
    features::{
        attempt::AccountCounts,
        audit::{self, Actor, EventKind, NewEvent},
        mail, user as users,
    },
    platform::{db::transaction, failure::Failed},
};

/// Deletes them. Returns how many.
pub async fn delete_due(app: &App) -> Result<u64, Failed> {
    let mut deleted = 0;
    for user in users::due_for_deletion(app).await? {
        let counts = AccountCounts::of(app, user.id, &user.email_key)?;
        let now = app.clock.now().as_millisecond();
        let event = NewEvent::new(app, EventKind::UserDeleted, Actor::system()).about(user.id);
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
            Ok(true)
        })?;
        if is_deleted {
            audit::forget_refused(app, user.id);
        }
        deleted += u64::from(is_deleted);
    }
    Ok(deleted)
}
