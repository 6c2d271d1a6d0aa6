//! Use case: remove the password of an account that signs in by passkey.

use entity::user;

use super::Factors;
use crate::{
    context::{AuthMethod, Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt,
        notice::{self, FactorEvent},
        one_time_token::{self, Purpose},
        passkey,
        proof::{self, NotSaved},
        recovery_code, session, user as users,
    },
    platform::{
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// Why the password stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// No passkey would remain, or no unused recovery code.
    LastCredential,
    /// The session was not recently reauthenticated by a passkey.
    ReauthenticationRequired,
}

impl Refusal for Refused {}

/// Removes the password. It needs a proof by passkey, so that nobody removes it who could not sign in afterwards, and
/// unused recovery codes, for the day on which the passkey is lost. Returns the account.
pub async fn remove_password(context: &OpContext) -> Outcome<user::Model, Refused> {
    let app = &context.app;
    session::count_revocation(context, context.caller().await?).await?;
    let caller = context.fresh_caller().await?;
    if Factors::of(app, caller.user.id).await?.passkeys.is_empty() {
        return Err(Refused::LastCredential.into());
    }
    if !is_proven(context, &caller) {
        return Err(Refused::ReauthenticationRequired.into());
    }
    let notice = notice::of_factors(context, &caller.user, FactorEvent::PasswordRemoved)?;
    let now = app.clock.now().as_millisecond();
    let event = NewEvent::by_caller(context, EventKind::PasswordRemoved, &caller);
    let _permit = session::transaction_permit(context, &caller).await;
    let saved = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, &caller, |current| is_proven(context, current))
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        let id = held.user.id;
        if passkey::count_of(tx, id).await? == 0 || recovery_code::count_unused(tx, id).await? == 0 {
            return Err(NotSaved::Refused(Refused::LastCredential).into());
        }
        users::remove_password(tx, id, now).await?;
        one_time_token::void_of(tx, id, &[Purpose::Mfa, Purpose::Reauthentication], now).await?;
        notice.save(tx, app).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok(user::Model {
            password_hash: None,
            updated_at: now,
            ..held.user
        })
    });
    let user = proof::saved(saved, Refused::ReauthenticationRequired)?;
    notice.log();
    Ok(user)
}

fn is_proven(context: &OpContext, caller: &Caller) -> bool {
    proof::step_up(context, caller) == Some(AuthMethod::Passkey)
}
