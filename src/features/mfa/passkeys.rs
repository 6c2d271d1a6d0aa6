//! Use cases: rename and remove passkeys.

use entity::{PasskeyId, passkey as passkey_row, user};

use super::{change::end_others, factors::remove_orphaned_codes};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt, identity,
        notice::{self, FactorEvent},
        passkey,
        proof::{self, NotSaved},
        session,
        user::{DisplayName, NameProblem},
    },
    platform::{
        db::{Invalidates, transaction},
        failure::{Outcome, Refusal},
    },
};

/// Why a passkey is not renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRenamed {
    /// The label is not allowed.
    Name(NameProblem),
    /// The caller has no such passkey.
    NotFound,
}

impl Refusal for NotRenamed {}

/// Renames a passkey. Returns it.
pub async fn rename(context: &OpContext, id: &str, name: &str) -> Outcome<passkey_row::Model, NotRenamed> {
    let app = &context.app;
    let caller = context.caller().await?;
    session::count_write(context, caller).await?;
    let name = DisplayName::parse(name).map_err(NotRenamed::Name)?;
    let id: PasskeyId = id.parse().map_err(|_| NotRenamed::NotFound)?;
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        if !passkey::rename(tx, caller.user.id, id, &name).await? {
            return Err(NotRenamed::NotFound.into());
        }
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(())
    })?;
    let renamed = passkey::find_own(&app.db, caller.user.id, id).await?;
    Ok(renamed.ok_or(NotRenamed::NotFound)?)
}

/// Why a passkey is not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRemoved {
    /// The caller has no such passkey.
    NotFound,
    /// Without it, nobody could sign in: the account has neither password nor identity.
    LastCredential,
    /// The session was not recently reauthenticated.
    ReauthenticationRequired,
}

impl Refusal for NotRemoved {}

/// Removes a passkey. Other sessions end. Returns the account, and the id of the passkey.
pub async fn remove(context: &OpContext, id: &str) -> Outcome<(user::Model, PasskeyId), NotRemoved> {
    let app = &context.app;
    session::count_revocation(context, context.caller().await?).await?;
    let caller = context.fresh_caller().await?;
    let id: PasskeyId = id.parse().map_err(|_| NotRemoved::NotFound)?;
    let found = passkey::find_own(&app.db, caller.user.id, id).await?;
    found.ok_or(NotRemoved::NotFound)?;
    if proof::step_up(context, &caller).is_none() {
        return Err(NotRemoved::ReauthenticationRequired.into());
    }
    let notice = notice::of_factors(context, &caller.user, FactorEvent::PasskeyRemoved)?;
    let now = app.clock.now();
    let still_holds = |current: &Caller| proof::step_up(context, current).is_some();
    let event =
        NewEvent::by_caller(context, EventKind::PasskeyRemoved, &caller).detail("passkey", &id.to_string());
    let _permit = session::transaction_permit(context, &caller).await;
    let saved = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, &caller, still_holds)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        let user_id = held.user.id;
        let is_last = held.user.password_hash.is_none()
            && passkey::count_of(tx, user_id).await? <= 1
            && identity::count_usable(tx, app, user_id, None).await? == 0;
        if is_last {
            return Err(NotSaved::Refused(NotRemoved::LastCredential).into());
        }
        if !passkey::remove(tx, user_id, id).await? {
            return Err(NotSaved::Refused(NotRemoved::NotFound).into());
        }
        remove_orphaned_codes(tx, user_id).await?;
        end_others(tx, &held.session, now).await?;
        notice.save(tx, app).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok((held.user, id))
    });
    let removed = proof::saved(saved, NotRemoved::ReauthenticationRequired)?;
    notice.log();
    Ok(removed)
}
