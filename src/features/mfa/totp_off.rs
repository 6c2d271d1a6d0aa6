//! Use case: turn the authenticator app off.

use entity::user;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Factors, Given,
    change::end_others,
    factors::remove_orphaned_codes,
    presented::{Checked, Wrong, check},
};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt,
        notice::{self, FactorEvent},
        proof::{self, NotSaved},
        session, totp,
    },
    platform::{
        db::transaction,
        failure::{Failure, Outcome, Refusal},
    },
};

/// Why it stays on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is none.
    NotEnabled,
    /// The code is wrong.
    Code(Wrong),
    /// No code was given, and the session was not recently reauthenticated.
    ReauthenticationRequired,
}

impl Refusal for Refused {}

/// Turns it off, with a code of the app or a recovery code, or after a recent reauthentication. Other sessions end.
/// Returns the account.
pub async fn disable(context: &OpContext, code: Option<&SecretString>) -> Outcome<user::Model, Refused> {
    session::count_revocation(context, context.caller().await?).await?;
    let caller = context.fresh_caller().await?;
    let factors = Factors::of(&context.app, caller.user.id).await?;
    if factors.totp.is_none() {
        return Err(Refused::NotEnabled.into());
    }
    let code = code.filter(|code| !code.expose_secret().trim().is_empty());
    let Some(code) = code else {
        if proof::step_up(context, &caller).is_none() {
            return Err(Refused::ReauthenticationRequired.into());
        }
        return save(context, &caller, None).await;
    };
    let checked = check(
        context,
        &caller.user,
        &factors,
        &Given::code(code.clone()),
        None,
        None,
    )
    .await
    .map_err(|failure| failure.map(Refused::Code))?;
    let saved = save(context, &caller, Some(&checked)).await;
    match saved {
        Err(Failure::Refused(Refused::Code(_))) => {
            Err(Refused::Code(checked.refuse(context, &caller.user).await?).into())
        }
        saved => saved,
    }
}

async fn save(context: &OpContext, caller: &Caller, by: Option<&Checked>) -> Outcome<user::Model, Refused> {
    let app = &context.app;
    let notice = notice::of_factors(context, &caller.user, FactorEvent::TotpDisabled)?;
    let now = app.clock.now();
    let still_holds = |current: &Caller| by.is_some() || proof::step_up(context, current).is_some();
    let event = NewEvent::by_caller(context, EventKind::TotpDisabled, caller);
    let code_used = by.and_then(|checked| checked.event(context, caller.user.id, Some(caller.session.id)));
    let _permit = session::transaction_permit(context, caller).await;
    let saved = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, caller, still_holds)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        if let Some(checked) = by
            && !checked.take(tx, app).await?
        {
            return Err(NotSaved::Refused(Refused::Code(Wrong::Code(checked.method()))).into());
        }
        if !totp::remove(tx, held.user.id).await? {
            return Err(NotSaved::Refused(Refused::NotEnabled).into());
        }
        remove_orphaned_codes(tx, held.user.id).await?;
        end_others(tx, &held.session, now).await?;
        notice.save(tx, app).await?;
        if let Some(event) = &code_used {
            event.save(tx).await?;
        }
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok(held.user)
    });
    let user = proof::saved(saved, Refused::ReauthenticationRequired)?;
    notice.log();
    Ok(user)
}
