//! How many mails administrators can have sent to an address.

use super::refused::ChangeError;
use crate::{
    context::App,
    features::{
        authority::{Authority, Right},
        mail::{Budget, MailPurpose},
    },
    platform::{
        db::{Tx, TxError},
        failure::Fault,
    },
};

/// The budget of an address, so that nobody's token floods a mailbox. The command line has none: its user could
/// send mails without it.
#[derive(Debug)]
pub(super) struct MailBudget(Option<Budget>);

impl MailBudget {
    /// That of this address.
    pub(super) fn of<R: Right>(authority: &Authority<'_, R>, email_key: &str) -> Result<Self, Fault> {
        let budget = match authority.caller() {
            Some(_) => Some(Budget::of_recipient(
                authority.app(),
                MailPurpose::Administration,
                email_key,
            )?),
            None => None,
        };
        Ok(Self(budget))
    }

    /// Takes one mail, after the holder was checked: who may not act uses nothing up.
    pub(super) async fn take(&self, tx: &Tx, app: &App) -> Result<(), TxError<ChangeError>> {
        match &self.0 {
            None => Ok(()),
            Some(budget) => match budget.take(tx, app).await? {
                None => Ok(()),
                Some(wait) => Err(ChangeError::NoMailLeft(wait).into()),
            },
        }
    }
}
