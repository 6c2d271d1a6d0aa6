//! Ending sessions from the account page.

use axum::response::Response;
use serde::Deserialize;

use super::{account, logout::Button, visit::Sent};
use crate::{features::session, platform::graphql::user_error::UserError};

/// The form behind the button beside a session.
#[derive(Deserialize)]
pub(super) struct EndForm {
    #[serde(default)]
    session: String,
}

pub(super) async fn end_one(sent: Sent<EndForm>) -> Result<Response, Response> {
    let (visit, form) = sent.of_user()?;
    let outcome = session::revoke_one(&visit.context, &form.session).await;
    Ok(match visit.decided(outcome)? {
        Ok(_) => visit.see_other("/account?notice=session-ended"),
        Err(unknown) => {
            account::refused(&visit, "sessions", Vec::new(), vec![UserError::from(unknown)]).await
        }
    })
}

pub(super) async fn end_others(sent: Sent<Button>) -> Result<Response, Response> {
    let (visit, _) = sent.of_user()?;
    visit.done(session::revoke_others(&visit.context).await)?;
    Ok(visit.see_other("/account?notice=other-sessions-ended"))
}
