//! How many mails may be requested.
//!
//! Counted before anything is looked up, by the named address and the purpose: three at once, then one an hour. Networks
//! that the account knows have a budget of their own, so that strangers cannot use up the owner's. Notices about the
//! security of an account are not requested, and have no budget.

use std::time::Duration;

use super::store;
use crate::{
    context::{App, OpContext},
    features::{attempt, one_time_token::bound_to},
    platform::{
        db::{DbResult, Invalidates, Tx, transaction},
        failure::{Denied, Failed, Fault},
    },
};

/// Mails that can be requested at once.
const BURST: i64 = 3;

/// Time until one more is allowed, in milliseconds.
const PERIOD: i64 = 60 * 60 * 1_000;

/// What a mail is requested for. Each has a budget of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailPurpose {
    /// Confirming an address.
    Verification,
    /// Setting a new password.
    PasswordReset,
    /// Signing in.
    SignIn,
    /// Signing up.
    Registration,
    /// A new address.
    NewAddress,
    /// Proving one's identity again.
    Reauthentication,
    /// The address of a sign-in with another provider.
    SocialAddress,
    /// What an administrator has sent: an invitation, a reset, a link to confirm an address.
    Administration,
    /// What is mailed because an administrator did something else: a notice, or the only way to sign in again.
    AdministrationNotice,
}

impl MailPurpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::PasswordReset => "reset",
            Self::SignIn => "sign-in",
            Self::Registration => "registration",
            Self::NewAddress => "new address",
            Self::Reauthentication => "reauthentication",
            Self::SocialAddress => "social address",
            Self::Administration => "administration",
            Self::AdministrationNotice => "administration notice",
        }
    }
}

/// Takes one mail to this address from the budgets of the network and of the address.
pub async fn take(context: &OpContext, purpose: MailPurpose, email_key: &str) -> Result<(), Failed> {
    attempt::limit_mail(context)?;
    let asker = if attempt::is_known_network(context, email_key).await? {
        "known"
    } else {
        "stranger"
    };
    take_of(context, &["budget", purpose.name(), asker, email_key]).await
}

/// Takes one mail from the budget of this address, for a use case that can go on without it. Returns whether one was
/// left.
pub async fn try_take(context: &OpContext, purpose: MailPurpose, email_key: &str) -> Result<bool, Failed> {
    match take_of(context, &["budget", purpose.name(), "unasked", email_key]).await {
        Ok(()) => Ok(true),
        Err(Failed::Denied(Denied::RateLimited { .. })) => Ok(false),
        Err(failed) => Err(failed),
    }
}

/// Takes one mail from the budget of an account, whatever addresses it names.
pub async fn take_for_account(
    context: &OpContext,
    purpose: MailPurpose,
    account: &str,
) -> Result<(), Failed> {
    take_of(context, &["budget", purpose.name(), "account", account]).await
}

async fn take_of(context: &OpContext, parts: &[&str]) -> Result<(), Failed> {
    let app = &context.app;
    let budget = Budget::of(app, parts)?;
    let wait = transaction!(app.db, Invalidates::Nothing, |tx| {
        Ok(budget.take(tx, app).await?)
    })?;
    match wait {
        None => Ok(()),
        Some(retry_after) => Err(Denied::RateLimited { retry_after }.into()),
    }
}

/// One budget.
#[derive(Debug)]
pub struct Budget {
    key: String,
    now: i64,
}

impl Budget {
    /// The budget of what this account has sent to this address.
    pub fn of_sender(app: &App, purpose: MailPurpose, sender: &str, email_key: &str) -> Result<Self, Fault> {
        Self::of(app, &["budget", purpose.name(), "sender", sender, email_key])
    }

    fn of(app: &App, parts: &[&str]) -> Result<Self, Fault> {
        Ok(Self {
            key: bound_to(app, parts)?,
            now: app.clock.now().as_millisecond(),
        })
    }

    /// Takes one mail. Returns how long until there is one, if none is left.
    pub async fn take(&self, tx: &Tx, app: &App) -> DbResult<Option<Duration>> {
        let full_at = store::hold_budget(tx, &self.key).await?;
        match after_one_more(full_at, self.now) {
            Ok(full_at) => {
                store::put_budget(tx, &self.key, full_at).await?;
                Ok(None)
            }
            Err(wait) => {
                app.metrics.mail_requests_refused.inc();
                Ok(Some(wait))
            }
        }
    }
}

/// When the budget is full again after one more mail, or how long until there may be one.
fn after_one_more(full_at: i64, now: i64) -> Result<i64, Duration> {
    let most = PERIOD.saturating_mul(BURST);
    // Further in the future than an empty budget means that the clock was set back.
    let missing = full_at.saturating_sub(now).clamp(0, most);
    let after = missing.saturating_add(PERIOD);
    if after > most {
        return Err(Duration::from_millis((after - most).unsigned_abs()));
    }
    Ok(now.saturating_add(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_at_once_then_one_an_hour() {
        let mut full_at = 0;
        for _ in 0..3 {
            full_at = after_one_more(full_at, 1_000).unwrap();
        }
        let wait = after_one_more(full_at, 1_000).unwrap_err();
        assert_eq!(wait, Duration::from_hours(1));
        let later = 1_000 + PERIOD;
        full_at = after_one_more(full_at, later).unwrap();
        assert_eq!(after_one_more(full_at, later), Err(Duration::from_hours(1)));
        let half = after_one_more(full_at, later + PERIOD / 2).unwrap_err();
        assert_eq!(half, Duration::from_mins(30));
    }

    #[test]
    fn a_clock_that_was_set_back_costs_an_hour_at_most() {
        assert_eq!(after_one_more(i64::MAX, 0), Err(Duration::from_hours(1)));
    }
}
