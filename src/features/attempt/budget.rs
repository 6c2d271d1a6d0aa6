//! Counts the failures per account.

use std::{sync::Arc, time::Duration};

use entity::UserId;

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

/// How long an attempt waits for earlier ones at the same account.
const WAIT_TIMEOUT: Duration = Duration::from_secs(3);

/// Whether an account knows the caller's network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NetworkTrust {
    /// The account knows it.
    Known,
    /// It is one of the unknown networks.
    Unknown,
    /// The same, after so many failures that unknown networks are restricted.
    Restricted,
}

/// Permission to check one password or code.
#[derive(Debug)]
pub(super) struct Reservation {
    app: Arc<App>,
    rules: Rules,
    account: String,
    /// None if the caller's address is unknown.
    network: Option<String>,
    /// Whether the account knows the network.
    trust: NetworkTrust,
    /// Whether a success must be recorded.
    is_success_news: bool,
    /// Whether failures from this network were counted with those of the unknown networks.
    is_forgiven_elsewhere: bool,
    /// Released on drop.
    _place: Permit,
}

/// Reserves one attempt. Denied when too many have failed.
///
/// As many attempts may run at once as may still fail. Further ones wait for these, so that concurrent attempts with
/// the right password all succeed.
pub(super) async fn reserve(
    context: &OpContext,
    account: &AccountKey,
    rules: Rules,
) -> Result<Reservation, Failed> {
    let too_late = Denied::RateLimited {
        retry_after: Duration::from_secs(1),
    };
    let reserved = timeout(WAIT_TIMEOUT, wait_and_reserve(context, account, rules))
        .await
        .unwrap_or_else(|_| Err(too_late.into()));
    if let Err(Failed::Denied(Denied::RateLimited { .. })) = reserved {
        context.app.metrics.attempts_refused_by_account.inc();
        tracing::info!("refused an attempt: too many failed for this account");
    }
    reserved
}

async fn wait_and_reserve(
    context: &OpContext,
    account: &AccountKey,
    rules: Rules,
) -> Result<Reservation, Failed> {
    let app = &context.app;
    let (account, network) = (account.text(), account.network(context)?);
    let queue = |network: &str| format!("{account}.{network}");
    // Attempts from one network queue before they read the database, so that they do not crowd it.
    let own = network.as_deref().unwrap_or(ELSEWHERE);
    let mut counted_as = own;
    let mut turn = app.limits.in_flight.turn(&queue(counted_as)).await;
    loop {
        // Read `taken` first: an attempt that ends in between is in the database too, and merely counts twice for one
        // round.
        let taken = turn.taken();
        let [streak, here] = store::find(&app.db, &account, [counted_as, own]).await?;
        if counted_as != ELSEWHERE && !rules.knows(&here, app.clock.now()) {
            // Check before joining that queue.
            app.hasher.check_room(Asker::Stranger)?;
            counted_as = ELSEWHERE;
            turn = app.limits.in_flight.turn(&queue(counted_as)).await;
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
                // A caller whose address is unknown must not clear the failures of others.
                is_success_news: network.is_some() && rules.is_news(&here, now),
                trust: match counted_as {
                    ELSEWHERE if rules.is_hard(&streak) => NetworkTrust::Restricted,
                    ELSEWHERE => NetworkTrust::Unknown,
                    _ => NetworkTrust::Known,
                },
                is_forgiven_elsewhere: counted_as == ELSEWHERE && here.failures > 0,
                account,
                network,
                _place: turn.take(),
            });
        }
        turn.freed().await;
    }
}

impl Reservation {
    /// How the hash queue treats the caller.
    pub(super) fn asker(&self) -> Asker {
        if self.is_known() {
            Asker::Known
        } else {
            Asker::Stranger
        }
    }

    /// Whether the account knew the network.
    pub(super) fn is_known(&self) -> bool {
        self.trust == NetworkTrust::Known
    }

    /// Whether so many attempts have failed that the unknown networks, of which this is one, are restricted.
    pub(super) fn is_restricted(&self) -> bool {
        self.trust == NetworkTrust::Restricted
    }

    /// Counts the attempt as failed. Returns whether that is news for the owner: the first wait begins, or the unknown
    /// networks become restricted.
    pub(super) async fn fail(&self) -> Result<bool, Failed> {
        let Self { app, rules, .. } = self;
        let now = app.clock.now();
        let is_news = transaction!(app.db, Invalidates::Nothing, |tx| {
            let (mut is_counted_here, mut is_news) = (true, false);
            if !self.is_known() {
                let before = store::hold(tx, &self.account, ELSEWHERE).await?;
                let elsewhere = rules.failed(&before, now);
                is_news = rules.is_news_for_owner(&before, &elsewhere);
                // A network's row says how many failures a success clears. After so many failures another row would
                // change little, and this bounds the rows of an account.
                is_counted_here = self.is_forgiven_elsewhere || !rules.is_hard(&elsewhere);
                store::put(tx, elsewhere).await?;
            }
            if is_counted_here && let Some(network) = &self.network {
                let before = store::hold(tx, &self.account, network).await?;
                let here = rules.failed(&before, now);
                is_news |= self.is_known() && rules.is_news_for_owner(&before, &here);
                store::put(tx, here).await?;
            }
            Ok(is_news)
        })?;
        Ok(is_news)
    }

    /// Clears the failures of this network, and makes it known to the account.
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

/// The network of a person who creates an account or signs in to it: the account knows it from then on.
#[derive(Debug)]
pub struct OwnNetwork(Option<(Rules, String, String)>);

impl OwnNetwork {
    /// Computes the key without storing it.
    pub fn of(context: &OpContext, account: &AccountKey) -> Result<Self, Fault> {
        match Rules::of(&context.app.config) {
            Some(rules) => Self::by(rules, context, account),
            None => Ok(Self(None)),
        }
    }

    /// The same for the codes of an authenticator app.
    pub fn of_codes(context: &OpContext, user_id: UserId) -> Result<Self, Fault> {
        let app = &context.app;
        Self::by(
            Rules::of_codes(&app.config),
            context,
            &AccountKey::of_codes(app, user_id)?,
        )
    }

    fn by(rules: Rules, context: &OpContext, account: &AccountKey) -> Result<Self, Fault> {
        let network = account.network(context)?;
        Ok(Self(network.map(|network| (rules, account.text(), network))))
    }

    /// Makes the network known to the account.
    pub async fn save(&self, tx: &Tx, now: Timestamp) -> DbResult<()> {
        if let Some((rules, account, network)) = &self.0 {
            let here = store::hold(tx, account, network).await?;
            store::put(tx, rules.succeeded(here, now)).await?;
        }
        Ok(())
    }

    /// The same, and clears the failures of this network, also where they were counted with those of the unknown ones.
    pub async fn save_and_forgive(&self, tx: &Tx, now: Timestamp) -> DbResult<()> {
        if let Some((rules, account, network)) = &self.0 {
            let elsewhere = store::hold(tx, account, ELSEWHERE).await?;
            let here = store::hold(tx, account, network).await?;
            // Failures of a known network were not counted with those of the unknown ones.
            if !rules.knows(&here, now) {
                store::put(tx, rules.without(&elsewhere, &here, now)).await?;
            }
            store::put(tx, rules.succeeded(here, now)).await?;
        }
        Ok(())
    }

    /// The same after a sign-in without a password. Failed passwords of the network still count: they have a count of
    /// their own.
    pub async fn save_keeping_failures(&self, tx: &Tx, now: Timestamp) -> DbResult<()> {
        if let Some((rules, account, network)) = &self.0 {
            let here = store::hold(tx, account, network).await?;
            store::put(tx, rules.known(here, now)).await?;
        }
        Ok(())
    }
}

/// Whether the account with this normalised address, if there is one, knows the caller's network. Also true if networks
/// are not counted.
pub async fn is_known_network(context: &OpContext, email_key: &str) -> Result<bool, Failed> {
    let app = &context.app;
    let Some(rules) = Rules::of(&app.config) else {
        return Ok(true);
    };
    let account = AccountKey::of_address(app, email_key)?;
    let Some(network) = account.network(context)? else {
        return Ok(false);
    };
    let [here] = store::find(&app.db, &account.text(), [&*network]).await?;
    Ok(rules.knows(&here, app.clock.now()))
}
