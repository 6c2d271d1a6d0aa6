//! The count of failures at an account.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{
    AccountKey,
    model::{ELSEWHERE, Rules},
    store,
};
use crate::{
    context::{App, OpContext},
    platform::{
        clock::Timestamp,
        crypto::Asker,
        db::{DbResult, Invalidates, Tx, transaction},
        failure::{Denied, Failed, Fault},
        limit::Permit,
    },
};

/// How long an attempt waits for the others at the same account that came before it.
const WAIT_TIMEOUT: Duration = Duration::from_secs(3);

/// Leave to look at one password.
#[derive(Debug)]
pub(super) struct Reservation {
    app: Arc<App>,
    rules: Rules,
    account: String,
    /// None where the caller's address is unknown.
    network: Option<String>,
    /// Whether the account knew the network.
    is_known: bool,
    /// Whether a success is worth writing down.
    is_success_news: bool,
    /// Whether there are failures from this network that were counted with those of the others.
    is_forgiven_elsewhere: bool,
    /// Given back when this is dropped.
    _place: Permit,
}

/// Takes leave for one attempt; none where accounts are not limited. Refused when too many have failed.
///
/// As many can be under way at once as may still fail. Further ones wait for these, so that right passwords at the same
/// moment all pass.
pub(super) async fn reserve(
    context: &OpContext,
    account: &AccountKey,
) -> Result<Option<Reservation>, Failed> {
    let Some(rules) = Rules::of(&context.app.config) else {
        return Ok(None);
    };
    let reserved = timeout(WAIT_TIMEOUT, wait_and_reserve(context, account, rules)).await;
    let refused = match reserved {
        Ok(Err(Failed::Denied(Denied::RateLimited { retry_after }))) => retry_after,
        Ok(reserved) => return reserved.map(Some),
        Err(_) => Duration::from_secs(1),
    };
    context.app.metrics.attempts_refused_by_account.inc();
    tracing::info!("refused an attempt: too many failed at this account");
    Err(Denied::RateLimited { retry_after: refused }.into())
}

async fn wait_and_reserve(
    context: &OpContext,
    account: &AccountKey,
    rules: Rules,
) -> Result<Reservation, Failed> {
    let app = &context.app;
    let (account, network) = (account.text(), account.network(context)?);
    let line = |counted: &str| format!("{account}.{counted}");
    // Those who come from one network stand in line from the start, and do not crowd the database.
    let own = network.as_deref().unwrap_or(ELSEWHERE);
    let mut counted = own;
    let mut turn = app.limits.in_flight.turn(&line(counted)).await;
    loop {
        // In this order: who leaves in between is in the database, and counts twice until the next look.
        let taken = turn.taken();
        let [streak, here] = store::find(&app.db, &account, [counted, own]).await?;
        if counted != ELSEWHERE && !rules.knows(&here, app.clock.now()) {
            // Before waiting in that line.
            app.hasher.check_room(Asker::Stranger)?;
            counted = ELSEWHERE;
            turn = app.limits.in_flight.turn(&line(counted)).await;
            continue;
        }
        let now = app.clock.now();
        let allowance = rules
            .allowance(&streak, now)
            .map_err(|retry_after| Denied::RateLimited { retry_after })?;
        if u64::from(taken) < allowance {
            return Ok(Reservation {
                app: app.clone(),
                rules,
                // A caller who cannot be told from others does not forgive their failures.
                is_success_news: network.is_some() && rules.is_news(&here, now),
                is_known: counted != ELSEWHERE,
                is_forgiven_elsewhere: counted == ELSEWHERE && here.failures > 0,
                account,
                network,
                _place: turn.take(),
            });
        }
        turn.freed().await;
    }
}

impl Reservation {
    /// Who waits for the hash.
    pub(super) fn asker(&self) -> Asker {
        if self.is_known {
            Asker::Known
        } else {
            Asker::Stranger
        }
    }

    /// Counts the attempt as failed.
    pub(super) async fn fail(&self) -> Result<(), Failed> {
        let Self { app, rules, .. } = self;
        let now = app.clock.now();
        transaction!(app.db, Invalidates::Nothing, |tx| {
            let mut is_counted_here = true;
            if !self.is_known {
                let elsewhere = store::hold(tx, &self.account, ELSEWHERE).await?;
                let elsewhere = rules.failed(&elsewhere, now);
                // A network's row says how much to forgive it. After so many failures another row would change
                // little, and this bounds the rows of an account.
                is_counted_here = self.is_forgiven_elsewhere || !rules.is_hard(&elsewhere);
                store::put(tx, elsewhere).await?;
            }
            if is_counted_here && let Some(network) = &self.network {
                let here = store::hold(tx, &self.account, network).await?;
                store::put(tx, rules.failed(&here, now)).await?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Forgives the failures of this network, which the account knows from now on.
    pub(super) async fn succeed(&self) -> Result<(), Failed> {
        let (true, Some(network)) = (self.is_success_news, &self.network) else {
            return Ok(());
        };
        let Self { app, rules, .. } = self;
        let now = app.clock.now();
        transaction!(app.db, Invalidates::Nothing, |tx| {
            let elsewhere = if self.is_forgiven_elsewhere {
                Some(store::hold(tx, &self.account, ELSEWHERE).await?)
            } else {
                None
            };
            let here = store::hold(tx, &self.account, network).await?;
            if let Some(elsewhere) = elsewhere {
                store::put(tx, rules.without(&elsewhere, &here, now)).await?;
            }
            store::put(tx, rules.succeeded(here, now)).await?;
            Ok(())
        })?;
        Ok(())
    }
}

/// The caller's network, which an account is to know because it is made from there.
#[derive(Debug)]
pub struct OwnNetwork(Option<(Rules, String, String)>);

impl OwnNetwork {
    /// Not kept yet.
    pub fn of(context: &OpContext, account: &AccountKey) -> Result<Self, Fault> {
        let Some(rules) = Rules::of(&context.app.config) else {
            return Ok(Self(None));
        };
        let network = account.network(context)?;
        Ok(Self(network.map(|network| (rules, account.text(), network))))
    }

    /// Lets the account know it.
    pub async fn save(&self, tx: &Tx, now: Timestamp) -> DbResult<()> {
        if let Some((rules, account, network)) = &self.0 {
            let here = store::hold(tx, account, network).await?;
            store::put(tx, rules.succeeded(here, now)).await?;
        }
        Ok(())
    }
}

/// Forgets all attempts at an account.
pub async fn forget(tx: &Tx, account: &AccountKey) -> DbResult<()> {
    store::forget(tx, &account.text()).await
}
