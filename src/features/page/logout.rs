//! The sign-out button.

use axum::response::Response;
use serde::Deserialize;

use super::submitted_form::SubmittedForm;
use crate::features::session;

/// A form that has only a button.
#[derive(Deserialize)]
pub(super) struct Button {}

pub(super) async fn submit(sent: SubmittedForm<Button>) -> Result<Response, Response> {
    if sent.page.caller.is_none() {
        return Ok(sent.page.see_other("/login?notice=signed-out"));
    }
    let (mut page, _) = sent.of_user()?;
    page.done(session::logout(&page.context, None).await)?;
    page.keep(session::clear_cookies(&page.context))?;
    Ok(page.see_other("/login?notice=signed-out"))
}
