//! Use case: count the attempts at the codes of an authenticator app.

use entity::UserId;

use super::{
    AccountKey,
    budget::{Reservation, reserve},
    model::Rules,
    network::limit_login,
};
use crate::{context::OpContext, platform::failure::Failed};

/// Permission to check one code. Released if dropped unused.
#[derive(Debug)]
pub struct CodeAttempt(Reservation);

impl CodeAttempt {
    /// Counts an attempt before the comparison. Denied when too many have failed. None if so many failed in a row that
    /// the password must be reset first; networks from which the user fully signed in are exempt.
    pub async fn begin(context: &OpContext, user_id: UserId) -> Result<Option<Self>, Failed> {
        limit_login(context)?;
        let account = AccountKey::of_codes(&context.app, user_id)?;
        let rules = Rules::of_codes(&context.app.config);
        let reservation = reserve(context, &account, rules).await?;
        Ok((!reservation.is_restricted()).then_some(Self(reservation)))
    }

    /// Counts the attempt as failed. Returns whether the owner should know.
    pub async fn fail(self) -> Result<bool, Failed> {
        self.0.fail().await
    }
}
