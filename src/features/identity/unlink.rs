//! Use case: unlink an account of another provider.

use entity::{IdentityId, user};

use super::{count_usable, provider_name, store};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt, mfa,
        notice::{self, FactorEvent},
        passkey,
        proof::{self, NotSaved},
        session,
    },
    platform::{
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// Why it stays linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUnlinked {
    /// The caller has no such identity.
    NotFound,
    /// Without it, nobody could sign in: the account has neither password nor passkey nor another identity.
    LastCredential,
    /// The session was not recently reauthenticated.
    ReauthenticationRequired,
}

impl Refusal for NotUnlinked {}

/// Unlinks it. Other sessions end. Returns the account, and the id of the identity.
pub async fn unlink(context: &OpContext, id: &str) -> Outcome<(user::Model, IdentityId), NotUnlinked> {
    let app = &context.app;
    session::count_revocation(context, context.caller().await?).await?;
    let caller = context.fresh_caller().await?;
    let id: IdentityId = id.parse().map_err(|_| NotUnlinked::NotFound)?;
    let found = store::find_own(app.db.reader(), caller.user.id, id).await?;
    let found = found.ok_or(NotUnlinked::NotFound)?;
    if proof::step_up(context, &caller).is_none() {
        return Err(NotUnlinked::ReauthenticationRequired.into());
    }
    let provider = provider_name(app, &found.provider).to_owned();
    let notice = notice::of_factors(context, &caller.user, FactorEvent::IdentityUnlinked { provider })?;
    let now = app.clock.now();
    let still_holds = |current: &Caller| proof::step_up(context, current).is_some();
    let event = NewEvent::by_caller(context, EventKind::IdentityUnlinked, &caller)
        .detail("provider", &found.provider);
    let _permit = session::transaction_permit(context, &caller).await;
    let saved = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, &caller, still_holds)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        let user_id = held.user.id;
        let is_last = held.user.password_hash.is_none()
            && passkey::count_of(tx, user_id).await? == 0
            && count_usable(tx, app, user_id, Some(id)).await? == 0;
        if is_last {
            return Err(NotSaved::Refused(NotUnlinked::LastCredential).into());
        }
        if !store::unlink(tx, user_id, id, now.as_millisecond()).await? {
            return Err(NotSaved::Refused(NotUnlinked::NotFound).into());
        }
        // Those that the identity began are among them.
        mfa::end_others(tx, &held.session, now).await?;
        notice.save(tx, app).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, held.session.id).await?;
        Ok((held.user, id))
    });
    let unlinked = proof::saved(saved, NotUnlinked::ReauthenticationRequired)?;
    notice.log();
    Ok(unlinked)
}
