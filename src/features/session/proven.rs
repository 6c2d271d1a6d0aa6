//! The tokens that a proof of identity returns.

use super::{Tokens, claims::ProvenAgain, refresh::renew_proven, step_up::seconds};
use crate::{
    context::{AuthMethod, Caller, OpContext},
    platform::{
        clock::{Timestamp, later},
        failure::Failed,
    },
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
    let until = later(now, context.app.config.reauthentication_ttl);
    // With the token, the proof ends too.
    let until = until.min(tokens.access_expires_at);
    Ok((tokens, until))
}
