//! Use case: link an account of another provider to the caller's account.

use entity::{identity::Model, user};

use super::{MAX_PER_ACCOUNT, ProviderAccount, Taken, find, of_user, provider_name, store};
use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt,
        notice::ReportableNotice,
        one_time_token::SingleUse,
        proof::{self, NotSaved},
        session,
    },
    platform::{
        db::transaction,
        failure::{Failure, Outcome, Refusal},
    },
};

/// Why it is not linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotLinked {
    /// The answer of the provider was used already.
    Used,
    /// Another user has it.
    Taken,
    /// The account has as many identities as it can have.
    LimitReached,
}

impl Refusal for NotLinked {}

/// Links it. The caller proved who they are before they went to the provider, and `used` records that its answer was
/// used. Other sessions go on: they lose nothing. Returns the account and the identity.
pub async fn link(
    context: &OpContext,
    account: &ProviderAccount,
    used: &SingleUse,
) -> Outcome<(user::Model, Model), NotLinked> {
    let app = &context.app;
    session::count_revocation(context, context.caller().await?).await?;
    let caller = context.fresh_caller().await?;
    let now = app.clock.now().as_millisecond();
    let notice = ReportableNotice::of_linked(
        context,
        &caller.user,
        caller.session.id,
        provider_name(app, &account.provider),
    )?;
    let event = NewEvent::by_caller(context, EventKind::IdentityLinked, &caller)
        .detail("provider", &account.provider);
    let _permit = session::transaction_permit(context, &caller).await;
    let saved: Outcome<_, NotSaved<NotLinked>> = transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, &caller, |_: &Caller| true)
            .await
            .map_err(|error| error.map(NotSaved::Lost))?;
        if !used.consume(tx, now).await? {
            return Err(NotSaved::Refused(NotLinked::Used).into());
        }
        form_receipt::save(tx, context, held.session.id).await?;
        match find(tx, account).await? {
            Some(linked) if linked.user_id == held.user.id => return Ok((held.user, linked, false)),
            Some(_) => return Err(NotSaved::Refused(NotLinked::Taken).into()),
            None => {}
        }
        if of_user(tx, held.user.id).await?.len() >= MAX_PER_ACCOUNT {
            return Err(NotSaved::Refused(NotLinked::LimitReached).into());
        }
        let identity = store::insert(tx, app, held.user.id, account)
            .await
            .map_err(|error| error.map(|Taken| NotSaved::Refused(NotLinked::Taken)))?;
        notice.save(tx, app).await?;
        event.save(tx).await?;
        Ok((held.user, identity, true))
    });
    match saved {
        Ok((owner, identity, is_new)) => {
            if is_new {
                notice.log();
            }
            Ok((owner, identity))
        }
        Err(Failure::Refused(NotSaved::Refused(refused))) => Err(refused.into()),
        Err(Failure::Refused(NotSaved::Lost(_))) => Err(proof::session_ended().into()),
        Err(Failure::Failed(failed)) => Err(failed.into()),
    }
}
