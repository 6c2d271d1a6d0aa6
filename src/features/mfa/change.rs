//! What every change of the second factors does, and what it needs.

use entity::{
    UserId,
    one_time_token::Purpose,
    session::{self as session_row, RevocationReason},
    user,
};

use super::Factors;
use crate::{
    context::{App, AuthMethod, Caller, OpContext, second_factor_gate},
    features::{mail, one_time_token, proof, session},
    platform::{
        clock::Timestamp,
        config::MailMode,
        db::{DbResult, Tx},
        failure::{Failed, Outcome, Refusal},
    },
};

/// What a change of the factors voids: challenges that began before it, and remembered browsers.
const VOIDED: [Purpose; 5] = [
    Purpose::Mfa,
    Purpose::Reauthentication,
    Purpose::TotpSetup,
    Purpose::PasskeyRegistration,
    Purpose::RememberedBrowser,
];

/// Ends the other sessions and all challenges, in the transaction that changes the factors.
pub async fn end_others(tx: &Tx, session: &session_row::Model, now: Timestamp) -> DbResult<()> {
    session::end_all_but(tx, session, RevocationReason::MfaChanged, now).await?;
    void_challenges(tx, session.user_id, now.as_millisecond()).await
}

/// Voids the challenges of a user that began before, and remembered browsers.
pub async fn void_challenges(tx: &Tx, user_id: UserId, now: i64) -> DbResult<()> {
    one_time_token::void_of(tx, user_id, &VOIDED, now).await
}

/// Why no factor can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAllowed {
    /// The session was not recently reauthenticated, or not by what is needed.
    ReauthenticationRequired,
    /// The address is not confirmed: notices about the factors would reach nobody, or somebody else.
    EmailNotVerified,
}

impl Refusal for NotAllowed {}

/// Checks that the caller may add a factor.
pub(super) async fn may_add(
    context: &OpContext,
    caller: &Caller,
    factors: &Factors,
) -> Outcome<(), NotAllowed> {
    if must_confirm_address(&context.app, &caller.user) {
        return Err(NotAllowed::EmailNotVerified.into());
    }
    let step_up = proof::step_up(context, caller).ok_or(NotAllowed::ReauthenticationRequired)?;
    if needs_mailed_code(context, caller, factors).await? && step_up != AuthMethod::EmailCode {
        return Err(NotAllowed::ReauthenticationRequired.into());
    }
    Ok(())
}

/// Whether a user must confirm their address before they add a factor: notices are mailed there.
pub fn must_confirm_address(app: &App, user: &user::Model) -> bool {
    app.config.mail_mode() == MailMode::Smtp && user.email_verified_at.is_none()
}

/// Whether the caller must prove their mailbox before they add a factor: a role needs one and they have none, so a
/// thief of the password could otherwise enrol a factor of his own.
pub async fn needs_mailed_code(
    context: &OpContext,
    caller: &Caller,
    factors: &Factors,
) -> Result<bool, Failed> {
    if factors.is_any() || !can_mail_codes(context, &caller.user) {
        return Ok(false);
    }
    second_factor_gate::is_missing(&context.app, caller).await
}

/// Whether a code can be mailed to the proven address of a user.
pub fn can_mail_codes(context: &OpContext, user: &user::Model) -> bool {
    mail::is_enabled(&context.app) && user.email_verified_at.is_some()
}
