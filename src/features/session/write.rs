//! What the changes that an account asks for have in common: they are counted, and few are under way at once.

use crate::platform::{
    failure::{Denied, Outcome},
    identity::Caller,
    limit::Place,
    op_context::OpContext,
};

/// Counts a change that the caller is about to make.
pub fn count_write(context: &OpContext, caller: &Caller) -> Outcome<()> {
    context
        .app
        .limits
        .writes
        .take(caller.user.id)
        .map_err(|retry_after| {
            // A client that keeps trying causes thousands: no line for each in the usual log.
            tracing::debug!(user = %caller.user.id, "refused a change: the account makes too many");
            Denied::RateLimited { retry_after }.into()
        })
}

/// Waits for a place for a transaction of the caller's, which it keeps until it has ended.
pub async fn write_place(context: &OpContext, caller: &Caller) -> Place {
    // Boxed, since it would make the futures of all that wait for it larger and deeper.
    Box::pin(context.app.limits.writes.place(caller.user.id)).await
}
