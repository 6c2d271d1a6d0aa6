//! The sign-out button.

use axum::response::Response;
use serde::Deserialize;

use super::page_context::SubmittedForm;
use crate::features::session;

/// A form with nothing in it but its button.
#[derive(Deserialize)]
pub(super) struct Button {}

pub(super) async fn submit(sent: SubmittedForm<Button>) -> Result<Response, Response> {
    if sent.visit.caller.is_none() {
        return Ok(sent.visit.see_other("/login?notice=signed-out"));
    }
    let (mut visit, _) = sent.of_user()?;
    visit.done(session::logout(&visit.context, None).await)?;
    visit.keep(session::clear_cookies(&visit.context))?;
    Ok(visit.see_other("/login?notice=signed-out"))
}
