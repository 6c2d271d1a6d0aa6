//! `/account/deletion`: asks somebody whose account will be deleted whether to keep it.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    date::date,
    deletion_gate::CANCEL,
    link::Link,
    next::{self, DELETION},
    page_context::{Frame, PageContext},
    submitted_form::SubmittedForm,
};
use crate::features::{account::cancel_deletion, user::cancellable_deletion};

/// The button that keeps the account.
#[derive(Deserialize)]
pub(super) struct KeepForm {
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "deletion.html")]
struct DeletionPage<'a> {
    frame: Frame<'a>,
    heading: String,
    path: &'static str,
    next: Option<&'a str>,
}

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    const NOTICES: [&str; 2] = ["form-out-of-date", "form-without-cookie"];
    let Some(caller) = &page.caller else {
        return page.to_login();
    };
    let next = next::allowed(&page.context.app.config, link.next.as_deref());
    let Some(deletes_at) = cancellable_deletion(&caller.user) else {
        return page.to_next(next);
    };
    let nonce = page.nonce();
    let day = date(&page.t, deletes_at);
    let template = DeletionPage {
        frame: page.frame(&nonce, page.notice(link.notice.as_deref(), &NOTICES)),
        heading: page.t.with("deletion-heading", &[("date", day.into())]),
        path: CANCEL,
        next,
    };
    page.page(StatusCode::OK, &nonce, &template)
}

/// Keeps the account. A form that is sent again finds it kept.
pub(super) async fn cancel(sent: SubmittedForm<KeepForm>) -> Result<Response, Response> {
    let (mut page, form) = sent.of_user_at(DELETION)?;
    // To keep an account that is kept already changes nothing.
    page.context.form_key = None;
    let user = page.done(cancel_deletion(&page.context).await)?;
    page.note_sign_in(&user);
    let next = next::allowed(&page.context.app.config, form.next.as_deref());
    Ok(page.see_other(next.unwrap_or("/account?notice=account-kept")))
}
