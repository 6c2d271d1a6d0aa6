//! How much may come from one network.

use crate::{
    context::OpContext,
    platform::{
        failure::{Denied, Failed},
        limit::NetworkBuckets,
    },
};

/// Counts a sign-up that is about to hash its password.
pub fn limit_signup(context: &OpContext) -> Result<(), Failed> {
    take(context, context.app.limits.signups.as_ref())
}

/// Counts a password that is about to be looked at.
pub(super) fn limit_login(context: &OpContext) -> Result<(), Failed> {
    take(context, context.app.limits.logins.as_ref())
}

fn take(context: &OpContext, buckets: Option<&NetworkBuckets>) -> Result<(), Failed> {
    // This machine is the operator's own, or a proxy that nobody told us of: holding that back would be holding back
    // everybody. Clients that a known proxy does not name are limited together.
    let Some(buckets) = buckets.filter(|_| !context.client.is_local) else {
        return Ok(());
    };
    buckets.take(context.client.address).map_err(|retry_after| {
        context.app.metrics.attempts_refused_by_network.inc();
        tracing::info!("refused an attempt: too many came from this network");
        Denied::RateLimited { retry_after }.into()
    })
}
