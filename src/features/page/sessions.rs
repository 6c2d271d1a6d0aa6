//! Ending sessions from the account page.

use axum::response::Response;
use serde::Deserialize;

use super::{account, logout::Button, page_context::SubmittedForm, replay};
use crate::{context::graphql::user_error::UserError, features::session, platform::failure::Failure};

/// The form behind the button beside a session.
#[derive(Deserialize)]
pub(super) struct EndForm {
    #[serde(default)]
    session: String,
}

pub(super) async fn end_one(mut sent: SubmittedForm<EndForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(replay::session_ended(&sent.visit));
    }
    let (visit, form) = sent.of_user()?;
    let outcome = session::revoke_one(&visit.context, &form.session).await;
    if visit.receipt_after(&outcome).await.is_some() {
        return Ok(replay::session_ended(&visit));
    }
    Ok(match outcome {
        Ok(_) => replay::session_ended(&visit),
        Err(Failure::Refused(unknown)) => {
            account::refused(&visit, "sessions", Vec::new(), vec![UserError::from(unknown)]).await
        }
        Err(Failure::Failed(failed)) => visit.failed(failed),
    })
}

pub(super) async fn end_others(sent: SubmittedForm<Button>) -> Result<Response, Response> {
    let (visit, _) = sent.of_user()?;
    visit.done(session::revoke_others(&visit.context).await)?;
    Ok(visit.see_other("/account?notice=other-sessions-ended"))
}
