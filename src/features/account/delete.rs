//! Use case: delete one's own account.

use entity::UserId;
use secrecy::SecretString;

use super::{close::Closing, grace::Scheduling};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        authority, form_receipt,
        proof::{self, Lost, MAX_TRIES, Proven, Tried, Unproven},
        session, user as users,
    },
    platform::{
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// Why the account was not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The password given is wrong.
    CurrentIncorrect,
    /// Nothing was given that suffices, and the session was not recently reauthenticated.
    ReauthenticationRequired,
    /// The caller is the last administrator.
    LastAdmin,
}

impl Refusal for Refused {}

/// A deleted account, or one that is closed until it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deleted {
    /// Its id.
    pub id: UserId,
    /// When it will be deleted, in milliseconds since 1970. Either there is a grace period, in which its owner can sign in
    /// and keep it. Or a former address can still take itself back: then nobody can sign in, and a thief does not delete
    /// what the owner can recover. None if it is deleted already.
    pub deletes_at: Option<i64>,
}

/// Deletes the caller's account with everything that belongs to it, or sets the date on which it will be deleted. Another
/// call before that date changes nothing but that all sessions end.
pub async fn delete_account(
    context: &OpContext,
    password: Option<&SecretString>,
) -> Outcome<Deleted, Refused> {
    let mut caller = context.fresh_caller().await?;
    for _ in 0..MAX_TRIES {
        let proven = proof::prove(context, &caller, password)
            .await
            .map_err(|failure| failure.map(Refused::from))?;
        match proof::tried(delete(context, &caller, &proven).await)? {
            Tried::Done(Some(deleted)) => return Ok(deleted),
            Tried::Done(None) => return Err(Refused::LastAdmin.into()),
            Tried::Again(current) => caller = *current,
        }
    }
    // The account changed during every try. Refusing is safe, and the next request may succeed.
    Err(Refused::ReauthenticationRequired.into())
}

impl From<Unproven> for Refused {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::Incorrect => Self::CurrentIncorrect,
            Unproven::Missing => Self::ReauthenticationRequired,
        }
    }
}

/// Deletes the account; none if it is the last administrator's.
async fn delete(context: &OpContext, caller: &Caller, proven: &Proven) -> Outcome<Option<Deleted>, Lost> {
    let app = &context.app;
    let id = caller.user.id;
    let now = app.clock.now();
    let closing = Closing::of(app, &caller.user)?;
    let grace = Scheduling::of(context, &caller.user)?;
    let deleted = NewEvent::by_caller(context, EventKind::UserDeleted, caller);
    let scheduled = NewEvent::by_caller(context, EventKind::DeletionScheduled, caller);
    let _permit = session::transaction_permit(context, caller).await;
    let done: Outcome<Option<Deleted>, Lost> = transaction!(app.db, |tx| {
        let held = proven.hold(tx, context, caller).await?;
        let deletes_at = if let Some(at) = users::cancellable_deletion(&held.user) {
            session::end_all_of(tx, id, now).await?;
            Some(at)
        } else if authority::is_last_admin(tx, app, id).await? {
            return Ok(None);
        } else {
            match &grace {
                Some(grace) if !grace.is_reserved(tx).await? => {
                    scheduled.save(tx).await?;
                    grace.run(tx, app).await?;
                    Some(grace.deletes_at())
                }
                // Before the personal part of the owner's events is erased: this is one of them.
                _ => {
                    deleted.save(tx).await?;
                    let grace_end = grace.as_ref().map(Scheduling::deletes_at);
                    closing.run_by_owner(tx, app, grace_end).await?
                }
            }
        };
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(Some(Deleted { id, deletes_at }))
    });
    let deleted = done?;
    if deleted.is_some_and(|deleted| deleted.deletes_at.is_none()) {
        closing.finish(app);
    }
    Ok(deleted)
}
