//! Ending sessions from the account page.

use axum::response::Response;
use serde::Deserialize;

use super::{account, logout::Button, replay, submitted_form::SubmittedForm};
use crate::{context::graphql::user_error::UserError, features::session, platform::failure::Failure};

/// The form of the button next to a session.
#[derive(Deserialize)]
pub(super) struct EndForm {
    #[serde(default)]
    session: String,
}

pub(super) async fn end_one(mut sent: SubmittedForm<EndForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(replay::session_ended(&sent.page));
    }
    let (page, form) = sent.of_user()?;
    let outcome = session::revoke_one(&page.context, &form.session).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(replay::session_ended(&page));
    }
    Ok(match outcome {
        Ok(_) => replay::session_ended(&page),
        Err(Failure::Refused(unknown)) => {
            account::refused(&page, "sessions", Vec::new(), vec![UserError::from(unknown)]).await
        }
        Err(Failure::Failed(failed)) => page.failed(failed),
    })
}

pub(super) async fn end_others(sent: SubmittedForm<Button>) -> Result<Response, Response> {
    let (page, _) = sent.of_user()?;
    page.done(session::revoke_others(&page.context).await)?;
    Ok(page.see_other("/account?notice=other-sessions-ended"))
}
