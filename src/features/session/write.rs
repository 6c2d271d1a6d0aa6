//! What all changes that an account asks for have in common: they are counted, and only a few run at once.

use std::time::Duration;

use crate::platform::{
    failure::{Denied, Outcome},
    identity::Caller,
    limit::Place,
    op_context::OpContext,
};

/// Counts a change that the caller is about to make.
pub fn count_write(context: &OpContext, caller: &Caller) -> Outcome<()> {
    within_budget(caller, context.app.limits.writes.take(caller.user.id))
}

/// Counts a change that ends sessions. Each session may make some of these however much the account writes.
pub fn count_ending(context: &OpContext, caller: &Caller) -> Outcome<()> {
    let writes = &context.app.limits.writes;
    within_budget(caller, writes.take_to_lock_out(caller.user.id, caller.session.id))
}

fn within_budget(caller: &Caller, taken: Result<(), Duration>) -> Outcome<()> {
    taken.map_err(|retry_after| {
        // There can be thousands of these a second: no line for each in the usual log.
        tracing::debug!(user = %caller.user.id, "refused a change: the account makes too many");
        Denied::RateLimited { retry_after }.into()
    })
}

/// Waits for a permit for a transaction of the caller's. Keep it until the transaction has ended.
pub async fn write_place(context: &OpContext, caller: &Caller) -> Place {
    // Boxed, since it would make the futures of all that wait for it larger and deeper.
    Box::pin(context.app.limits.writes.place(caller.user.id)).await
}
