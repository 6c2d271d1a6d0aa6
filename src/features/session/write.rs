//! The limits of all changes that an account requests: they are counted, and only a few run at once.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    context::{Caller, OpContext},
    platform::{
        failure::{Denied, Failed},
        limit::Permit,
    },
};

/// Delay of a refusal. Without it, a client that retries at once on many connections keeps all processors busy with
/// refusals.
const REFUSAL_DELAY: Duration = Duration::from_millis(250);

/// Counts a change that the caller is about to make.
pub async fn count_write(context: &OpContext, caller: &Caller) -> Result<(), Failed> {
    within_budget(caller, context.app.limits.writes.take(caller.user.id)).await
}

/// Counts a change that ends sessions. Each session may make some of these however much the account writes.
pub async fn count_revocation(context: &OpContext, caller: &Caller) -> Result<(), Failed> {
    let writes = &context.app.limits.writes;
    within_budget(
        caller,
        writes.take_for_revocation(caller.user.id, caller.session.id),
    )
    .await
}

async fn within_budget(caller: &Caller, taken: Result<(), Duration>) -> Result<(), Failed> {
    let Err(retry_after) = taken else {
        return Ok(());
    };
    // There can be hundreds of these per second: too many for the usual log level.
    tracing::debug!(user = %caller.user.id, "refused a change: the account makes too many");
    sleep(REFUSAL_DELAY).await;
    Err(Denied::RateLimited { retry_after }.into())
}

/// Waits for a permit for a transaction of the caller's. Keep it until the transaction has ended.
pub async fn transaction_permit(context: &OpContext, caller: &Caller) -> Permit {
    // Boxed: otherwise the futures of all callers would be larger and deeper.
    Box::pin(context.app.limits.writes.permit(caller.user.id)).await
}
