//! The limits per network.

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

/// Counts a mail that is about to be requested.
pub fn limit_mail(context: &OpContext) -> Result<(), Failed> {
    take(context, context.app.limits.mails.as_ref())
}

/// Counts a password that is about to be checked, or a new one that is about to be hashed for a mailed link.
pub fn limit_login(context: &OpContext) -> Result<(), Failed> {
    take(context, context.app.limits.logins.as_ref())
}

fn take(context: &OpContext, buckets: Option<&NetworkBuckets>) -> Result<(), Failed> {
    // A local client is the operator, or a proxy that is not in `trusted_proxies`: limiting it would limit everybody.
    // Clients that a trusted proxy does not name share one limit.
    let Some(buckets) = buckets.filter(|_| !context.client.is_local) else {
        return Ok(());
    };
    buckets.take(context.client.address).map_err(|retry_after| {
        context.app.metrics.attempts_refused_by_network.inc();
        tracing::info!("refused an attempt: too many came from this network");
        Denied::RateLimited { retry_after }.into()
    })
}
