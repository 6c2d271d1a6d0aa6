//! How many mails administrators can have sent to an address.

use std::time::Duration;

use super::refused::ChangeError;
use crate::{
    context::App,
    features::{
        authority::{Authority, Right},
        mail::{Budget, MailPurpose},
    },
    platform::{
        db::{DbResult, Tx, TxError},
        failure::Fault,
    },
};

/// The budget of an administrator for an address, so that nobody's token floods a mailbox, and nobody uses up what others
/// need. The command line has none: its user could send mails without it.
#[derive(Debug)]
pub(super) struct MailBudget(Option<Budget>);

impl MailBudget {
    /// That for mails which the holder asks for.
    pub(super) fn of<R: Right>(authority: &Authority<'_, R>, email_key: &str) -> Result<Self, Fault> {
        Self::new(authority, MailPurpose::Administration, email_key)
    }

    /// That for mails which tell what the holder did: other mails do not use it up.
    pub(super) fn of_notices<R: Right>(authority: &Authority<'_, R>, email_key: &str) -> Result<Self, Fault> {
        Self::new(authority, MailPurpose::AdministrationNotice, email_key)
    }

    fn new<R: Right>(
        authority: &Authority<'_, R>,
        purpose: MailPurpose,
        email_key: &str,
    ) -> Result<Self, Fault> {
        let Some(caller) = authority.caller() else {
            return Ok(Self(None));
        };
        let sender = caller.user.id.to_string();
        let budget = Budget::of_sender(authority.app(), purpose, &sender, email_key)?;
        Ok(Self(Some(budget)))
    }

    /// Takes one mail, after the holder was checked: a caller who may not act uses nothing up.
    pub(super) async fn take(&self, tx: &Tx, app: &App) -> Result<(), TxError<ChangeError>> {
        match self.wait(tx, app).await? {
            None => Ok(()),
            Some(wait) => Err(ChangeError::NoMailLeft(wait).into()),
        }
    }

    /// Takes one mail, for a change that is made without it, too. Returns whether one was left.
    pub(super) async fn try_take(&self, tx: &Tx, app: &App) -> DbResult<bool> {
        Ok(self.wait(tx, app).await?.is_none())
    }

    /// How long until there is a mail; none if one was taken.
    async fn wait(&self, tx: &Tx, app: &App) -> DbResult<Option<Duration>> {
        match &self.0 {
            None => Ok(None),
            Some(budget) => budget.take(tx, app).await,
        }
    }
}
