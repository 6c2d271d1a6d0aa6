//! The tokens that a proof of identity returns.

use super::{
    Tokens,
    refresh::renew_proven,
    step_up::{seconds, until},
    tokens::ProvenAgain,
};
use crate::{
    context::{AuthMethod, Caller, OpContext},
    platform::{clock::Timestamp, failure::Failed},
};

/// The tokens that carry a proof recorded at `now`, and until when it counts.
pub async fn renewed(
    context: &OpContext,
    caller: &Caller,
    method: AuthMethod,
    now: Timestamp,
) -> Result<(Tokens, Timestamp), Failed> {
    let proven = ProvenAgain {
        auth_time: seconds(now),
        method,
    };
    let tokens = renew_proven(context, caller, proven).await?;
    let expires_at = seconds(tokens.access_expires_at);
    let ttl = context.app.config.reauthentication_ttl;
    Ok((tokens, until(now.as_millisecond(), ttl, expires_at)))
}
