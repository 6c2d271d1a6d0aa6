//! Use case: end a reported session.

use entity::{
    SessionId,
    one_time_token::{self as token_row, Purpose},
    session::{self as session_row, RevocationReason},
    user,
};
use secrecy::SecretString;

use crate::{
    context::{AuthMethod, OpContext, find_session_with_user},
    features::{
        attempt::AccountCounts,
        audit::{EventKind, NewEvent},
        form_receipt, identity, invitation,
        mail::{Letter, NewMail, recipient},
        mailbox, mfa,
        one_time_token::{self, TokenProblem},
        password_reset, session, user as users,
    },
    platform::{
        db::transaction,
        failure::{Failed, Fault, Outcome},
    },
};

/// The session that the link reports, if it is still known. Consumes nothing.
pub async fn look(
    context: &OpContext,
    secret: &SecretString,
) -> Outcome<Option<session_row::Model>, TokenProblem> {
    let (token, _) = find(context, secret).await?;
    let Some(id) = reported(context, &token)? else {
        return Ok(None);
    };
    let found = find_session_with_user(&context.app.db, id).await?;
    Ok(found.map(|(session, _)| session))
}

/// Ends every session of the account and its password, and mails a link that sets a new one.
pub async fn end(context: &OpContext, secret: &SecretString) -> Outcome<(), TokenProblem> {
    let app = &context.app;
    let (token, user) = find(context, secret).await?;
    let reset = password_reset::new_token(app, &user)?;
    let letter = Letter::SessionEnded {
        token: reset.secret.text().clone().into(),
    };
    let mail = NewMail::letter(app, Some(user.id), recipient(&user), letter)?;
    // Somebody who came with an identity would come again with it, however long it has been linked.
    let linked_since = if came_with_identity(context, &token).await? {
        0
    } else {
        token.created_at
    };
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let address = mailbox::bound(app, &user.email_key)?;
    let event = NewEvent::by_owner(context, EventKind::SessionReported, user.id);
    let event = match reported(context, &token)? {
        Some(id) => event.in_session(id),
        None => event,
    };
    let now = app.clock.now();
    let millis = now.as_millisecond();
    transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?;
        let held = held.filter(|held| held.email_key == user.email_key);
        let held = held.ok_or(TokenProblem::Invalid)?;
        if !one_time_token::claim(tx, &token, millis).await? {
            return Err(TokenProblem::Invalid.into());
        }
        users::remove_password(tx, held.id, millis).await?;
        // Those that the reported session may have added. A thief's own factor would lock the owner out.
        mfa::remove_since(tx, held.id, token.created_at).await?;
        identity::unlink_since(tx, held.id, linked_since, millis).await?;
        users::set_pending_email(tx, held.id, None, millis).await?;
        let ended = session::end_all(tx, held.id, RevocationReason::Reported, now).await?;
        let event = event.clone().detail("sessions", &ended.to_string());
        event.save(tx).await?;
        one_time_token::void_all_of(tx, held.id, &address, millis).await?;
        invitation::void_sent_by(tx, held.id, millis).await?;
        mailbox::distrust(tx, held.id, &counts).await?;
        reset.save(tx).await?;
        mail.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })
}

/// The session that a token reports.
fn reported(context: &OpContext, token: &token_row::Model) -> Result<Option<SessionId>, Fault> {
    let id: String = one_time_token::payload(&context.app, token)?;
    Ok(id.parse().ok())
}

/// Whether the reported session began with an account of another provider.
async fn came_with_identity(context: &OpContext, token: &token_row::Model) -> Result<bool, Failed> {
    let Some(id) = reported(context, token)? else {
        return Ok(false);
    };
    let found = find_session_with_user(&context.app.db, id).await?;
    Ok(found.is_some_and(|(session, _)| {
        AuthMethod::of_words(&session.auth_methods).any(|method| method == AuthMethod::Social)
    }))
}

async fn find(
    context: &OpContext,
    secret: &SecretString,
) -> Outcome<(token_row::Model, user::Model), TokenProblem> {
    let app = &context.app;
    let token = one_time_token::find(app, &[Purpose::SessionReport], secret).await?;
    let user = match token.user_id {
        Some(id) => users::find(&app.db, id).await?,
        None => None,
    };
    Ok((token, user.ok_or(TokenProblem::Invalid)?))
}
