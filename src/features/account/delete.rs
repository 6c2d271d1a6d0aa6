//! Use case: delete one's own account.

use entity::UserId;
use secrecy::SecretString;

use crate::{
    context::{Caller, OpContext},
    features::{
        attempt::AccountCounts,
        form_receipt, mail, mailbox, notice, one_time_token,
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
    /// When it will be deleted, in milliseconds since 1970, if a former address can still take itself back: a thief must
    /// not be able to delete what the owner can recover. Until then nobody can sign in. None if it is deleted already.
    pub deletes_at: Option<i64>,
}

/// Deletes the caller's account with everything that belongs to it, or closes it until it can be deleted.
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
    let counts = AccountCounts::of(app, id, &caller.user.email_key)?;
    let address = mailbox::bound(app, &caller.user.email_key)?;
    let notice = notice::account_deleted(app, &caller.user)?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(app.db, |tx| {
        proven.hold(tx, context, caller).await?;
        if users::is_last_admin(tx, id).await? {
            return Ok(None);
        }
        let deletes_at = users::reserved_until(tx, id, millis).await?;
        if let Some(at) = deletes_at {
            users::set_deletion(tx, id, Some(at), millis).await?;
            session::end_all_of(tx, id, now).await?;
            one_time_token::void_all_of(tx, id, &address, millis).await?;
        } else {
            mail::forget(tx, id).await?;
            users::delete(tx, id).await?;
        }
        counts.forget(tx).await?;
        notice.save(tx, app).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(Some(Deleted { id, deletes_at }))
    })
}
