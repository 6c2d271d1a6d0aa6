//! The limits per network.

use std::{net::IpAddr, sync::Arc};

use crate::{
    context::{App, OpContext},
    platform::{
        failure::{Denied, Failed},
        limit::NetworkBuckets,
    },
};

/// Counts a sign-up that is about to hash its password.
pub fn limit_signup(context: &OpContext) -> Result<(), Failed> {
    take(context, context.app.limits.signups.as_ref())
}

/// Counts a mail that is about to be requested.
pub fn limit_mail(context: &OpContext) -> Result<(), Failed> {
    take(context, context.app.limits.mails.as_ref())
}

/// Counts a password that is about to be checked, or a new one that is about to be hashed for a mailed link.
pub fn limit_login(context: &OpContext) -> Result<(), Failed> {
    take(context, context.app.limits.logins.as_ref())
}

/// Counts imported hashes that are about to be wrapped, from the share of the caller's network in expensive work.
pub fn limit_wrapping(context: &OpContext, count: u32) -> Result<(), Failed> {
    take_many(context, context.app.limits.expensive_checks.as_ref(), count)
}

/// What an expensive check costs the caller's network, in hashes of our own. Kept unless it is given back.
#[derive(Debug)]
pub(super) struct Surcharge {
    app: Arc<App>,
    address: Option<IpAddr>,
    price: u32,
}

impl Surcharge {
    /// Charges the network for a check of `stored`, if that is expensive: imported hashes can be. Denied if the network
    /// has had its share of such work.
    pub(super) fn take(context: &OpContext, stored: Option<&str>) -> Result<Option<Self>, Failed> {
        let app = &context.app;
        let Some(price) = app.hasher.expensive(stored) else {
            return Ok(None);
        };
        take_many(context, app.limits.expensive_checks.as_ref(), price)?;
        Ok(Some(Self {
            app: app.clone(),
            address: context.client.address,
            price,
        }))
    }

    /// Gives it back: the password was right, so that our own hash replaces the expensive one, or nothing was computed.
    pub(super) fn give_back(self) {
        if let Some(buckets) = &self.app.limits.expensive_checks {
            buckets.give_back(self.address, self.price);
        }
    }
}

fn take(context: &OpContext, buckets: Option<&NetworkBuckets>) -> Result<(), Failed> {
    take_many(context, buckets, 1)
}

fn take_many(context: &OpContext, buckets: Option<&NetworkBuckets>, count: u32) -> Result<(), Failed> {
    // A local client is the operator, or a proxy that is not in `trusted_proxies`: limiting it would limit everybody.
    // Clients that a trusted proxy does not name share one limit.
    let Some(buckets) = buckets.filter(|_| !context.client.is_local) else {
        return Ok(());
    };
    buckets
        .take_many(context.client.address, count)
        .map_err(|retry_after| {
            context.app.metrics.attempts_refused_by_network.inc();
            tracing::info!("refused an attempt: too many came from this network");
            Denied::RateLimited { retry_after }.into()
        })
}
