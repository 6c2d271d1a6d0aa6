//! Codes that are used.

use entity::{UserId, totp_factor::Model};
use secrecy::SecretString;

use super::{Step, TotpSecret, store};
use crate::{
    context::App,
    platform::{
        db::{DbResult, Tx},
        failure::Fault,
    },
};

/// The secret, sealed for the row of a user.
pub fn seal(app: &App, user_id: UserId, secret: &TotpSecret) -> Result<String, Fault> {
    secret.seal(app, user_id)
}

/// Saves the app of a locked user who has given its first code: that code counts as used. Returns whether the user had
/// none.
pub async fn enable(tx: &Tx, app: &App, user_id: UserId, sealed: String, first: Step) -> DbResult<bool> {
    if store::find(tx, user_id).await?.is_some() {
        return Ok(false);
    }
    let factor = Model {
        user_id,
        sealed_secret: sealed,
        last_step: first,
        replayed_step: first,
        created_at: app.clock.now().as_millisecond(),
    };
    store::insert(tx, factor).await?;
    Ok(true)
}

/// The step whose code this is; none if it is no code of the app for now. Uses nothing up.
pub fn matched_step(app: &App, factor: &Model, code: &SecretString) -> Result<Option<Step>, Fault> {
    let secret = TotpSecret::open(app, factor.user_id, &factor.sealed_secret)?;
    Ok(secret.step_of(code, app.clock.now()))
}

/// Uses the code of a step up, and those of all earlier steps. Of concurrent calls, one gets true.
pub async fn take_step(tx: &Tx, factor: &Model, step: Step) -> DbResult<bool> {
    store::take_step(tx, factor, step).await
}

/// Whether a used code of this step must be counted as a failure: once, however often it comes back. Otherwise a form
/// that is sent twice would lock its owner out.
pub async fn take_replay(app: &App, factor: &Model, step: Step) -> DbResult<bool> {
    store::take_replay(&app.db, factor.user_id, step).await
}
