//! The second check, in the transaction of a change.

use entity::{UserId, user};

use super::{Authority, ChangeRight, Holder, check::counts, is_last_admin};
use crate::{
    context::{Caller, OpContext},
    features::{
        form_receipt,
        proof::{self, Lost, session_ended},
        session, user as users,
    },
    platform::{
        db::{DbResult, Tx, TxError},
        failure::{Denied, Failure, Refusal},
        limit::Permit,
    },
};

/// Why the second check fails, and nothing is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecheckError {
    /// There is no such account.
    NotFound,
    /// The step-up has ended meanwhile.
    StepUpRequired,
    /// The holder has lost the right, or the account holds a permission that the holder lacks.
    Forbidden,
    /// The holder's session has ended.
    SessionEnded,
}

impl Refusal for RecheckError {}

/// The account to act on, locked until the transaction ends.
#[derive(Debug, Clone)]
pub struct Target {
    /// The account.
    pub user: user::Model,
    /// Its roles, sorted.
    pub roles: Vec<String>,
    /// Whether it is the holder's own.
    pub is_self: bool,
}

impl<R: ChangeRight> Authority<'_, R> {
    /// Locks the account to act on, and checks that the holder still may.
    pub async fn hold(&self, tx: &Tx, id: UserId) -> Result<Target, TxError<RecheckError>> {
        let caller = self.caller().map(|caller| caller.user.id);
        // In the order of the ids, so that two administrators who act on each other do not deadlock.
        let first = match caller {
            Some(caller) if caller < id => None,
            _ => users::hold(tx, id).await?,
        };
        self.recheck(tx).await?;
        let user = match first {
            Some(user) => user,
            None => users::hold(tx, id).await?.ok_or(RecheckError::NotFound)?,
        };
        let roles = users::roles_in(tx, id).await?;
        if !self.can_grant(&roles) {
            return Err(RecheckError::Forbidden.into());
        }
        let is_self = caller == Some(id);
        Ok(Target { user, roles, is_self })
    }

    /// Checks that the holder still may act, for changes that concern no account that exists.
    pub async fn recheck(&self, tx: &Tx) -> Result<(), TxError<RecheckError>> {
        let Holder::Administrator { context, caller } = self.holder() else {
            return Ok(());
        };
        let is_proven = |current: &Caller| proof::step_up(context, current).is_some();
        let held = proof::hold(tx, context, caller, is_proven).await;
        let held = held.map_err(|error| error.map(RecheckError::from))?;
        if !counts(&context.app, &held.user) {
            return Err(RecheckError::Forbidden.into());
        }
        let roles = users::roles_in(tx, caller.user.id).await?;
        // Less than at the check: another administrator has just taken a role away.
        let permissions = context.app.config.roles.permissions_of(&roles);
        if permissions.is_superset(&self.permissions) {
            Ok(())
        } else {
            Err(RecheckError::Forbidden.into())
        }
    }

    /// Whether the change would leave nobody who administers, if it takes that from this account. The command line may do
    /// that: it can make another administrator.
    pub async fn is_last_admin(&self, tx: &Tx, id: UserId) -> DbResult<bool> {
        match self.holder() {
            Holder::Administrator { context, .. } => is_last_admin(tx, &context.app, id).await,
            Holder::CommandLine { .. } => Ok(false),
        }
    }

    /// Waits for the holder's turn to run a transaction. Keep it until the transaction has ended.
    pub async fn transaction_permit(&self) -> Option<Permit> {
        match self.holder() {
            Holder::Administrator { context, caller } => {
                Some(session::transaction_permit(context, caller).await)
            }
            Holder::CommandLine { .. } => None,
        }
    }

    /// Writes the receipt of the holder's form, in the transaction of its effect.
    pub async fn save_receipt(&self, tx: &Tx) -> DbResult<()> {
        match self.holder() {
            Holder::Administrator { context, caller } => {
                form_receipt::save(tx, context, caller.session.id).await
            }
            Holder::CommandLine { .. } => Ok(()),
        }
    }

    /// The request; none on the command line.
    pub fn context(&self) -> Option<&OpContext> {
        match self.holder() {
            Holder::Administrator { context, .. } => Some(context),
            Holder::CommandLine { .. } => None,
        }
    }
}

impl From<Lost> for RecheckError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Proof(_) => Self::StepUpRequired,
            Lost::Session => Self::SessionEnded,
        }
    }
}

impl RecheckError {
    /// The failure of a use case that refuses with these.
    pub fn into_failure<S: Refusal>(self, not_found: S, step_up_required: S) -> Failure<S> {
        match self {
            Self::NotFound => not_found.into(),
            Self::StepUpRequired => step_up_required.into(),
            Self::Forbidden => Denied::Forbidden.into(),
            Self::SessionEnded => session_ended().into(),
        }
    }
}
