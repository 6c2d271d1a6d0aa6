//! Ending sessions from the account page.

use axum::response::Response;
use serde::Deserialize;

use super::{account, logout::Button, visit::Sent};
use crate::{
    features::session::{self, NotFound},
    platform::{failure::Failure, graphql::user_error::UserError},
};

/// The form behind the button beside a session.
#[derive(Deserialize)]
pub(super) struct EndForm {
    #[serde(default)]
    session: String,
}

pub(super) async fn end_one(sent: Sent<EndForm>) -> Response {
    let Sent { visit, form, is_ours } = sent;
    if let Some(answer) = account::turned_away(&visit, is_ours) {
        return answer;
    }
    match session::revoke_one(&visit.context, &form.session).await {
        Ok(_) => visit.see_other("/account?notice=session-ended"),
        Err(Failure::Refused(NotFound)) => {
            account::refused(&visit, "sessions", Vec::new(), vec![UserError::from(NotFound)]).await
        }
        Err(Failure::Denied(denied)) => visit.failed(denied.into()),
        Err(Failure::Fault(fault)) => visit.failed(fault.into()),
    }
}

pub(super) async fn end_others(sent: Sent<Button>) -> Response {
    let Sent { visit, is_ours, .. } = sent;
    if let Some(answer) = account::turned_away(&visit, is_ours) {
        return answer;
    }
    match session::revoke_others(&visit.context).await {
        Ok(_) => visit.see_other("/account?notice=other-sessions-ended"),
        Err(failure) => visit.failed(failure),
    }
}
