//! `/undo-email`: the owner of a former address takes it back.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    AboutLink, MailedPage,
    view::{Asks, Fact, Form, View},
};
use crate::{
    features::{
        email_change::{look_at_undo, undo},
        page::{
            fields::Fields,
            link::{Link, MailedToken},
            page_context::{PageContext, SubmittedForm},
            response::Way,
        },
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

const PAGE: MailedPage = MailedPage::new("/undo-email", AuthCookie::Undo, Way::SIGN_IN);

/// The button.
#[derive(Deserialize)]
pub(in super::super) struct UndoForm {}

pub(in super::super) async fn show(
    mut page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    let token = PAGE.opened(&mut page, &token)?;
    let undone = match look_at_undo(&page.context, &token).await {
        Ok(undone) => undone,
        Err(Failure::Refused(problem)) => return PAGE.dead(page, problem),
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let t = &page.t;
    let mut view = View::new(t.text("undo-heading"));
    view.lines.push(t.text("undo-text"));
    view.facts
        .push(Fact::new(t.text("present-email"), undone.current));
    view.facts.push(Fact::new(t.text("former-email"), undone.former));
    let view = view.with(Form {
        fields: Fields::new("undo"),
        asks: Asks::Nothing,
        button: t.text("undo-change"),
        is_danger: false,
        instead: None,
    });
    Ok(view.render(&page, PAGE, &token, StatusCode::OK, link.notice.as_deref()))
}

pub(in super::super) async fn submit(
    mut sent: SubmittedForm<AboutLink<UndoForm>>,
) -> Result<Response, Response> {
    if sent.receipt().await?.is_some() {
        return done(sent.page);
    }
    let (page, _, token) = PAGE.sent(sent)?;
    let outcome = undo(&page.context, &token).await;
    if page.receipt_after(&outcome).await.is_some() {
        return done(page);
    }
    match outcome {
        Ok(_) => done(page),
        Err(Failure::Refused(problem)) => PAGE.dead(page, problem),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

fn done(mut page: PageContext) -> Result<Response, Response> {
    page.forget(PAGE.cookie)?;
    Ok(page.message_to(StatusCode::OK, "undone", Way::SIGN_IN))
}
