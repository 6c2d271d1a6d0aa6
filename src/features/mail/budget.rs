//! How many mails may be requested.
//!
//! Counted before anything is looked up, by the named address and the purpose: three at once, then one an hour. Networks
//! that the account knows have a budget of their own, so that strangers cannot use up the owner's. Notices about the
//! security of an account are not requested, and have no budget.

use std::time::Duration;

use super::store;
use crate::{
    context::OpContext,
    features::{attempt, one_time_token::bound_to},
    platform::{
        db::{Invalidates, transaction},
        failure::{Denied, Failed},
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
    let key = bound_to(app, parts)?;
    let now = app.clock.now().as_millisecond();
    let wait = transaction!(app.db, Invalidates::Nothing, |tx| {
        let full_at = store::hold_budget(tx, &key).await?;
        match after_one_more(full_at, now) {
            Ok(full_at) => {
                store::put_budget(tx, &key, full_at).await?;
                Ok(None)
            }
            Err(wait) => Ok(Some(wait)),
        }
    })?;
    match wait {
        None => Ok(()),
        Some(retry_after) => {
            app.metrics.mail_requests_refused.inc();
            Err(Denied::RateLimited { retry_after }.into())
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
