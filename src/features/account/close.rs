//! What ends with an account.

use entity::{UserId, user};

use crate::{
    context::App,
    features::{
        attempt::AccountCounts,
        audit,
        mail::{self, NewMail},
        mailbox, notice, one_time_token, session,
        user::{self as users, Deletion},
    },
    platform::{
        clock::Timestamp,
        db::{DbResult, Tx},
        failure::Fault,
    },
};

/// The deletion of an account, prepared outside the transaction.
#[derive(Debug)]
pub struct Closing {
    user_id: UserId,
    counts: AccountCounts,
    /// The key that tokens for its address are bound to.
    address: String,
    notice: NewMail,
    now: Timestamp,
}

impl Closing {
    /// That of this user.
    pub fn of(app: &App, user: &user::Model) -> Result<Self, Fault> {
        Ok(Self {
            user_id: user.id,
            counts: AccountCounts::of(app, user.id, &user.email_key)?,
            address: mailbox::bound(app, &user.email_key)?,
            notice: notice::account_deleted(app, user)?,
            now: app.clock.now(),
        })
    }

    /// What to do after the commit, if the account was deleted.
    pub fn finish(&self, app: &App) {
        audit::forget_refused(app, self.user_id);
    }

    /// Deletes the locked account with everything that belongs to it, for somebody else than its owner. Its owner gets a
    /// mail. With the account, the audit log loses what is personal about its owner.
    pub async fn run(&self, tx: &Tx, app: &App) -> DbResult<()> {
        mail::forget(tx, self.user_id).await?;
        audit::erase(tx, self.user_id, self.now).await?;
        users::delete(tx, self.user_id).await?;
        self.counts.forget(tx).await?;
        self.notice.save(tx, app).await
    }

    /// The same for its owner. If a former address can still take itself back, closes the account until then instead,
    /// and returns the time: a thief must not be able to delete what the owner can recover. It is deleted at
    /// `grace_end`, in milliseconds since 1970, if that is later.
    pub(super) async fn run_by_owner(
        &self,
        tx: &Tx,
        app: &App,
        grace_end: Option<i64>,
    ) -> DbResult<Option<i64>> {
        let (id, millis) = (self.user_id, self.now.as_millisecond());
        let reserved_until = users::reserved_until(tx, id, millis).await?;
        let deletes_at = reserved_until.map(|until| grace_end.map_or(until, |end| end.max(until)));
        let Some(at) = deletes_at else {
            self.run(tx, app).await?;
            return Ok(None);
        };
        users::set_deletion(tx, id, Some(Deletion::Closing(at)), millis).await?;
        session::end_all_of(tx, id, self.now).await?;
        one_time_token::void_all_of(tx, id, &self.address, millis).await?;
        self.counts.forget(tx).await?;
        self.notice.save(tx, app).await?;
        Ok(deletes_at)
    }
}
