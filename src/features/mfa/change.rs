//! What every change of the second factors does, and what it needs.

use entity::{
    one_time_token::Purpose,
    session::{self as session_row, RevocationReason},
    user,
};

use super::Factors;
use crate::{
    context::{AuthMethod, Caller, OpContext, second_factor_gate},
    features::{mail, one_time_token, proof, session},
    platform::{
        clock::Timestamp,
        config::MailMode,
        db::{DbResult, Tx},
        failure::{Failed, Outcome, Refusal},
    },
};

/// What a change of the factors voids: challenges that began before it, and remembered browsers.
pub(super) const VOIDED: [Purpose; 5] = [
    Purpose::Mfa,
    Purpose::Reauthentication,
    Purpose::TotpSetup,
    Purpose::PasskeyRegistration,
    Purpose::RememberedBrowser,
];

/// Ends the other sessions and what [`VOIDED`] lists, in the transaction that changes the factors.
pub(super) async fn end_others(tx: &Tx, session: &session_row::Model, now: Timestamp) -> DbResult<()> {
    session::end_all_but(tx, session, RevocationReason::MfaChanged, now).await?;
    one_time_token::void_of(tx, session.user_id, &VOIDED, now.as_millisecond()).await
}

/// Why no factor can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAllowed {
    /// The session was not recently reauthenticated, or not by what is needed.
    ReauthenticationRequired,
    /// The address is not confirmed: a lost factor could not be replaced by mail.
    EmailNotVerified,
}

impl Refusal for NotAllowed {}

/// Checks that the caller may add a factor.
pub(super) async fn may_add(
    context: &OpContext,
    caller: &Caller,
    factors: &Factors,
) -> Outcome<(), NotAllowed> {
    if context.app.config.mail_mode() == MailMode::Smtp && caller.user.email_verified_at.is_none() {
        return Err(NotAllowed::EmailNotVerified.into());
    }
    let step_up = proof::step_up(context, caller).ok_or(NotAllowed::ReauthenticationRequired)?;
    if needs_mailed_code(context, caller, factors).await? && step_up.method != AuthMethod::EmailCode {
        return Err(NotAllowed::ReauthenticationRequired.into());
    }
    Ok(())
}

/// Whether the caller must prove their mailbox before they add a factor: a role needs one and they have none, so a thief
/// of the password could otherwise enrol a factor of his own.
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
