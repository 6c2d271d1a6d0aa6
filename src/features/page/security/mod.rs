//! `/account/security`: the second factors, recovery codes, passkeys and connected accounts of an account.

pub(super) mod codes;
pub(super) mod passkeys;
pub(super) mod password;
mod qr;
pub(super) mod totp;
mod view;

use axum::{
    http::StatusCode,
    response::{Redirect, Response},
};

use self::view::render;
use super::{fields::Fields, link::Link, next::SECURITY, page_context::PageContext};
use crate::context::graphql::user_error::{UserError, UserErrorCode};

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    render(&page, StatusCode::OK, None, link.notice.as_deref()).await
}

/// Redirects to the page: the browser shows the address of a form when its answer was a page.
pub(super) async fn to_page() -> Redirect {
    Redirect::to(SECURITY)
}

/// The response to a form of this section that was refused.
pub(super) async fn refused(page: &PageContext, section: &'static str, error: UserError) -> Response {
    if error.code == UserErrorCode::ReauthenticationRequired {
        return to_proof(page, "confirm-first");
    }
    // The sections have no fields: the error concerns the whole of it.
    let error = UserError { field: None, ..error };
    let fields = Fields::new(section).refused(&page.t, &page.context.app.config, &[error]);
    render(page, StatusCode::UNPROCESSABLE_ENTITY, Some(fields), None).await
}

/// Redirects to the page that confirms who the visitor is, which leads back here.
fn to_proof(page: &PageContext, notice: &str) -> Response {
    page.see_other(&format!(
        "/reauthenticate?next=%2Faccount%2Fsecurity&notice={notice}"
    ))
}

/// Redirects to the page, with this notice.
pub(super) fn done(page: &PageContext, notice: &str) -> Response {
    page.see_other(&format!("{SECURITY}?notice={notice}"))
}
