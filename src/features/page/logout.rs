//! The sign-out button.

use axum::response::Response;
use serde::Deserialize;

use super::visit::Sent;
use crate::features::session;

/// A form with nothing in it but its button.
#[derive(Deserialize)]
pub(super) struct Button {}

pub(super) async fn submit(sent: Sent<Button>) -> Response {
    let Sent {
        mut visit, is_ours, ..
    } = sent;
    if visit.caller.is_none() {
        return visit.see_other("/login?notice=signed-out");
    }
    if !is_ours {
        return visit.see_other("/account?notice=form-expired");
    }
    if let Err(failure) = session::logout(&visit.context, None).await {
        return visit.failed(failure);
    }
    match session::clear_cookies(&visit.context) {
        Ok(cookies) => visit.cookies.extend(cookies),
        Err(fault) => return visit.failed(fault.into()),
    }
    visit.see_other("/login?notice=signed-out")
}
