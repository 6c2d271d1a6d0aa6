//! The grace period of a deletion: the account stays for some days, and its owner can sign in and keep it.
//!
//! Everything that is signed in ends at once. A sign-in during the grace period cancels nothing by itself: somebody who
//! knows the password could undo the owner's decision unasked.
//!
//! A former address that can still take itself back closes the account, as it does without a grace period: only then is
//! nobody but the owner of that address able to stop the deletion. Once no address can, the rest of the grace period
//! begins.

use entity::{UserId, user};

use crate::{
    context::{App, OpContext},
    features::{
        audit::{Actor, EventKind, NewEvent},
        mail::{NewMail, asker},
        mailbox, notice, one_time_token, session,
        user::{self as users, Deletion},
    },
    platform::{
        clock::{Timestamp, later},
        db::{DbResult, Tx, transaction},
        failure::{Failed, Fault},
    },
};

/// The deletion of an account after the grace period, prepared outside the transaction.
#[derive(Debug)]
pub(super) struct Scheduling {
    user_id: UserId,
    /// The key that tokens for its address are bound to.
    address: String,
    notice: NewMail,
    now: Timestamp,
    deletes_at: i64,
}

impl Scheduling {
    /// That of this user; none if this server deletes accounts at once.
    pub(super) fn of(context: &OpContext, user: &user::Model) -> Result<Option<Self>, Fault> {
        let app = &context.app;
        if app.config.deletion_grace.is_zero() {
            return Ok(None);
        }
        let now = app.clock.now();
        let deletes_at = later(now, app.config.deletion_grace).as_millisecond();
        Ok(Some(Self {
            user_id: user.id,
            address: mailbox::bound(app, &user.email_key)?,
            notice: notice::deletion_scheduled(app, user, deletes_at, Some(asker(context)))?,
            now,
            deletes_at,
        }))
    }

    /// When the account will be deleted, in milliseconds since 1970.
    pub(super) fn deletes_at(&self) -> i64 {
        self.deletes_at
    }

    /// Whether a former address of the account can still take itself back.
    pub(super) async fn is_reserved(&self, tx: &Tx) -> DbResult<bool> {
        let until = users::reserved_until(tx, self.user_id, self.now.as_millisecond()).await?;
        Ok(until.is_some())
    }

    /// Sets the date of the locked account, and ends its sessions, tokens and challenges. Its owner gets a mail.
    /// Failed attempts still count: people can sign in.
    pub(super) async fn run(&self, tx: &Tx, app: &App) -> DbResult<()> {
        let (id, millis) = (self.user_id, self.now.as_millisecond());
        users::set_deletion(tx, id, Some(Deletion::Cancellable(self.deletes_at)), millis).await?;
        session::end_all_of(tx, id, self.now).await?;
        one_time_token::void_all_of(tx, id, &self.address, millis).await?;
        self.notice.save(tx, app).await
    }
}

/// Lets the owners sign in whose accounts were closed only because a former address could take itself back. One that
/// fails is logged, and tried again the next time.
pub(super) async fn reopen(app: &App) -> Result<(), Failed> {
    for user in users::reopening(app).await? {
        if let Err(failure) = reopen_one(app, &user).await {
            tracing::warn!(user = %user.id, ?failure, "could not reopen an account for its grace period");
        }
    }
    Ok(())
}

async fn reopen_one(app: &App, user: &user::Model) -> Result<(), Failed> {
    let Some(deletes_at) = user.deletes_at else {
        return Ok(());
    };
    let millis = app.clock.now().as_millisecond();
    let notice = notice::deletion_scheduled(app, user, deletes_at, None)?;
    let event = NewEvent::new(app, EventKind::DeletionScheduled, Actor::system()).about(user.id);
    Ok(transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?;
        let is_same = |held: &user::Model| {
            held.deletes_at == Some(deletes_at) && held.deletion_cancellable_since.is_none()
        };
        let is_reserved = users::reserved_until(tx, user.id, millis).await?.is_some();
        if !held.as_ref().is_some_and(is_same) || is_reserved {
            return Ok(());
        }
        users::set_deletion(tx, user.id, Some(Deletion::Cancellable(deletes_at)), millis).await?;
        event.save(tx).await?;
        notice.save(tx, app).await?;
        Ok(())
    })?)
}
