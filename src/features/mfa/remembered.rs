//! Browsers that need not give a second factor again for 30 days, where the settings allow it.
//!
//! The browser keeps a token in a cookie; the account keeps its hash. Any change of the factors, and any recovery of
//! the account, voids it.

use std::time::Duration;

use entity::{OneTimeTokenId, UserId, one_time_token::Purpose};

use crate::{
    context::OpContext,
    features::one_time_token::{self, NewToken},
    platform::failure::{Failed, Failure},
};

/// How long a browser is remembered.
pub const REMEMBERED_FOR: Duration = Duration::from_hours(30 * 24);

/// The token by which this browser is remembered for this user.
pub(super) async fn find(context: &OpContext, user_id: UserId) -> Result<Option<OneTimeTokenId>, Failed> {
    let app = &context.app;
    let token = context.browser.remembered.as_ref();
    let Some(token) = token.filter(|_| app.config.mfa_remember_browser) else {
        return Ok(None);
    };
    match one_time_token::find(app, &[Purpose::RememberedBrowser], token).await {
        Ok(found) => Ok((found.user_id == Some(user_id)).then_some(found.id)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Failed(failed)) => Err(failed),
    }
}

/// The token of a browser that asks to be remembered; none if the settings do not allow it. Save it in the transaction
/// of the sign-in.
pub(super) fn remember(context: &OpContext, user_id: UserId) -> Option<NewToken> {
    let app = &context.app;
    app.config
        .mfa_remember_browser
        .then(|| NewToken::new(app, Purpose::RememberedBrowser, REMEMBERED_FOR).of_user(user_id))
}
