//! Use case: keep one's own account during the grace period of its deletion.

use entity::user;

use crate::{
    context::OpContext,
    features::{
        audit::{EventKind, NewEvent},
        form_receipt, notice,
        proof::{self, Lost, session_ended},
        session, user as users,
    },
    platform::{
        db::transaction,
        failure::{Failed, Failure, Outcome},
    },
};

/// Cancels the deletion of the caller's account, if it has one. Returns the account.
///
/// It works without the second factor that a role needs: the person must decide before they can set one up.
pub async fn cancel_deletion(context: &OpContext) -> Result<user::Model, Failed> {
    let caller = context.caller_before_mfa().await?;
    session::count_write(context, caller).await?;
    let caller = context.fresh_caller_before_mfa().await?;
    let app = &context.app;
    let now = app.clock.now().as_millisecond();
    let event = NewEvent::by_caller(context, EventKind::DeletionCancelled, &caller);
    let notice = notice::deletion_cancelled(context, &caller.user)?;
    let _permit = session::transaction_permit(context, &caller).await;
    let done: Outcome<user::Model, Lost> = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, &caller, |_| true).await?;
        let mut user = held.user;
        if users::cancellable_deletion(&user).is_some() {
            users::set_deletion(tx, user.id, None, now).await?;
            event.save(tx).await?;
            notice.save(tx, app).await?;
            user = user::Model {
                deletes_at: None,
                deletion_cancellable_since: None,
                updated_at: now,
                ..user
            };
        }
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(user)
    });
    done.map_err(|failure| match failure {
        Failure::Refused(_) => session_ended().into(),
        Failure::Failed(failed) => failed,
    })
}
