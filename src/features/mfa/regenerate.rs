//! Use case: replace all recovery codes.

use secrecy::SecretString;

use super::{change::end_others, factors};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt,
        notice::{self, FactorEvent},
        proof::{self, NotSaved},
        recovery_code::NewCodes,
        session,
    },
    platform::{
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// Why the codes stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The account has no second factor.
    NoFactor,
    /// The session was not recently reauthenticated.
    ReauthenticationRequired,
}

impl Refusal for Refused {}

/// Replaces them. Other sessions end. Returns the new ones.
pub async fn regenerate(context: &OpContext) -> Outcome<Vec<SecretString>, Refused> {
    let app = &context.app;
    session::count_revocation(context, context.caller().await?).await?;
    let caller = context.fresh_caller().await?;
    if proof::step_up(context, &caller).is_none() {
        return Err(Refused::ReauthenticationRequired.into());
    }
    let codes = NewCodes::new(app, caller.user.id)?;
    let notice = notice::of_factors(context, &caller.user, FactorEvent::RecoveryCodesReplaced)?;
    let now = app.clock.now();
    let still_holds = |current: &Caller| proof::step_up(context, current).is_some();
    let event = NewEvent::by_caller(context, EventKind::RecoveryCodesRegenerated, &caller);
    let _permit = session::transaction_permit(context, &caller).await;
    let saved = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, &caller, still_holds)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        if !factors::is_any(tx, held.user.id).await? {
            return Err(NotSaved::Refused(Refused::NoFactor).into());
        }
        codes.save(tx).await?;
        end_others(tx, &held.session, now).await?;
        notice.save(tx, app).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok(codes.texts())
    });
    let texts = proof::saved(saved, Refused::ReauthenticationRequired)?;
    notice.log();
    Ok(texts)
}
