//! Use case: record refused sign-ins, counted.

use entity::UserId;

use super::{actor::Actor, event::NewEvent, kind::EventKind};
use crate::{
    context::{App, OpContext, RefusedAccount, RefusedClient, RefusedCounts},
    platform::{
        db::{Invalidates, transaction},
        failure::Failed,
    },
};

/// Maximum number of events in one transaction.
const BATCH: usize = 100;

/// Why a sign-in was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefusal {
    /// There is no such account, or the password, code or passkey is wrong.
    Credentials,
    /// Too many attempts.
    RateLimited,
    /// The account is disabled.
    Disabled,
    /// The address is not confirmed.
    Unverified,
    /// A wrong password in a session that asks for it again.
    Reauthentication,
}

impl SignInRefusal {
    const fn word(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::RateLimited => "rate_limited",
            Self::Disabled => "disabled",
            Self::Unverified => "unverified",
            Self::Reauthentication => "reauthentication",
        }
    }
}

/// Counts a refused sign-in of this account; of none, if the address has no account, or was not looked up. Runs no statement: a request about
/// an unknown address must do the same work as one about a known one.
pub fn note_refused(context: &OpContext, subject: Option<UserId>, reason: SignInRefusal) {
    let account = subject.map_or(RefusedAccount::Unknown, RefusedAccount::Known);
    let refused = &context.app.refused_sign_ins;
    refused.note(account, reason.word(), &context.client);
}

/// Forgets the counts of an account that was deleted. Another server that has some writes them once more.
pub fn forget_refused(app: &App, user_id: UserId) {
    app.refused_sign_ins.forget(user_id);
}

/// Writes what was counted since the last call, as one event for each account and one for all unknown addresses. Called
/// once a minute and when the server stops. Returns the number of events.
///
/// Counts that cannot be written stay for the next call. After a commit without an answer they could be written twice.
pub async fn flush_refused(app: &App) -> Result<u64, Failed> {
    let mut counts = app.refused_sign_ins.take();
    let mut written = 0;
    while !counts.is_empty() {
        let batch = counts.split_off(counts.len().saturating_sub(BATCH));
        match write(app, &batch).await {
            Ok(()) => written += u64::try_from(batch.len()).unwrap_or(u64::MAX),
            Err(failed) => {
                for (account, count) in counts.into_iter().chain(batch) {
                    app.refused_sign_ins.add(account, count);
                }
                return Err(failed);
            }
        }
    }
    Ok(written)
}

async fn write(app: &App, batch: &[(RefusedAccount, RefusedCounts)]) -> Result<(), Failed> {
    let events: Vec<_> = batch
        .iter()
        .map(|(account, counts)| event(app, *account, counts))
        .collect();
    Ok(transaction!(app.db, Invalidates::Nothing, |tx| {
        for event in &events {
            event.save(tx).await?;
        }
        Ok(())
    })?)
}

fn event<'a>(app: &'a App, account: RefusedAccount, counts: &RefusedCounts) -> NewEvent<'a> {
    let (address, agent) = match &counts.client {
        RefusedClient::One { address, agent } => (address.clone(), agent.clone()),
        RefusedClient::Several => (None, None),
    };
    let mut event = NewEvent::new(app, EventKind::LoginFailed, Actor::unknown(address, agent));
    event = match account {
        RefusedAccount::Known(id) => event.about(id),
        RefusedAccount::Unknown => event.detail("accounts", "unknown"),
        RefusedAccount::Further => event.detail("accounts", "several"),
    };
    if counts.client == RefusedClient::Several {
        event = event.detail("clients", "several");
    }
    for (reason, count) in &counts.reasons {
        event = event.detail(reason, &count.to_string());
    }
    event
}
