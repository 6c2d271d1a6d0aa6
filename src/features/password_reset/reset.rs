//! Use case: set a new password with the mailed token.

use entity::{UserId, one_time_token::Purpose, session::RevocationReason, user};
use secrecy::SecretString;

use crate::{
    context::OpContext,
    features::{
        audit::{EventKind, NewEvent},
        mailed_password::{self, Chosen, Input, Refused},
        notice,
        one_time_token::TokenProblem,
        session, user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// The account whose password the link sets. Consumes nothing.
pub async fn look(context: &OpContext, secret: &SecretString) -> Outcome<user::Model, TokenProblem> {
    mailed_password::look(context, Purpose::Reset, secret).await
}

/// Sets the password. Nothing is consumed unless it is set. Returns whose it is.
pub async fn reset(context: &OpContext, input: &Input) -> Outcome<UserId, Refused> {
    let app = &context.app;
    let chosen = Chosen::with_link(context, Purpose::Reset, input).await?;
    let id = chosen.user().id;
    let now = chosen.now();
    // The reset proves the mailbox.
    let proven = user::Model {
        email_verified_at: chosen.user().email_verified_at.or(Some(now.as_millisecond())),
        ..chosen.user().clone()
    };
    let notice = notice::password_changed(context, &proven)?;
    let event = NewEvent::by_owner(context, EventKind::PasswordReset, id);
    transaction!(app.db, |tx| {
        let held = chosen.claim(tx).await?;
        chosen.set(tx, context, held).await?;
        users::set_pending_email(tx, id, None, now.as_millisecond()).await?;
        let ended = session::end_all(tx, id, RevocationReason::PasswordChanged, now).await?;
        let event = event.clone().detail("sessions", &ended.to_string());
        event.save(tx).await?;
        chosen.counts().forgive(tx).await?;
        notice.save(tx, app).await?;
        Ok(id)
    })
}
