//! Use case: withdraw a change that waits for confirmation.

use entity::{one_time_token::Purpose, user};

use crate::{
    context::OpContext,
    features::{form_receipt, one_time_token, proof::session_ended, session, user as users},
    platform::{
        db::{Invalidates, transaction},
        failure::Failed,
    },
};

/// Voids every link that would confirm a new address of the caller. Returns the account.
pub async fn cancel(context: &OpContext) -> Result<user::Model, Failed> {
    let caller = context.caller().await?;
    session::count_write(context, caller).await?;
    let caller = context.fresh_caller().await?;
    let app = &context.app;
    let now = app.clock.now().as_millisecond();
    let _permit = session::transaction_permit(context, &caller).await;
    let user = transaction!(app.db, Invalidates::One(caller.user.id.into()), |tx| {
        let Some(user) = users::hold(tx, caller.user.id).await?.filter(users::is_open) else {
            return Ok(None);
        };
        if session::hold(tx, &caller.session, app.clock.now())
            .await?
            .is_none()
        {
            return Ok(None);
        }
        one_time_token::void_of(tx, user.id, &[Purpose::Change], now).await?;
        users::set_pending_email(tx, user.id, None, now).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(Some(user::Model {
            pending_email: None,
            updated_at: now,
            ..user
        }))
    })?;
    user.ok_or_else(|| session_ended().into())
}
