//! `/end-session`: the owner of an account ends a sign-in that was not theirs.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    AboutLink, MailedPage,
    view::{Asks, Fact, Form, View},
};
use crate::{
    features::{
        device::DeviceName,
        page::{
            fields::Fields,
            link::{Link, MailedToken},
            page_context::PageContext,
            response::Way,
            submitted_form::SubmittedForm,
        },
        session_report::{end, look},
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

const PAGE: MailedPage = MailedPage::new("/end-session", AuthCookie::Report, Way::SIGN_IN);

/// The button.
#[derive(Deserialize)]
pub(in super::super) struct ReportForm {}

pub(in super::super) async fn show(
    mut page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    let token = PAGE.opened(&mut page, &token)?;
    let session = match look(&page.context, &token).await {
        Ok(session) => session,
        Err(Failure::Refused(problem)) => return PAGE.dead(page, problem),
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let t = &page.t;
    let mut view = View::new(t.text("report-heading"));
    view.lines.push(t.text("report-text"));
    if let Some(session) = session {
        // Only what the server knows of it: its name may be the thief's choice.
        let device = DeviceName::family(session.user_agent.as_deref());
        view.facts.push(Fact::new(t.text("device"), device));
        if let Some(address) = session.ip_address {
            view.facts.push(Fact::new(t.text("network"), address));
        }
        view.facts
            .push(Fact::time(t.text("signed-in-at"), session.created_at));
    }
    let view = view.with(Form {
        fields: Fields::new("report"),
        asks: Asks::Nothing,
        button: t.text("report-end"),
        is_danger: true,
        instead: None,
    });
    Ok(view.render(&page, PAGE, &token, StatusCode::OK, link.notice.as_deref()))
}

pub(in super::super) async fn submit(
    mut sent: SubmittedForm<AboutLink<ReportForm>>,
) -> Result<Response, Response> {
    if sent.receipt().await?.is_some() {
        return done(sent.page);
    }
    let (page, _, token) = PAGE.sent(sent)?;
    let outcome = end(&page.context, &token).await;
    if page.receipt_after(&outcome).await.is_some() {
        return done(page);
    }
    match outcome {
        Ok(()) => done(page),
        Err(Failure::Refused(problem)) => PAGE.dead(page, problem),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

fn done(mut page: PageContext) -> Result<Response, Response> {
    page.forget(PAGE.cookie)?;
    Ok(page.message_to(StatusCode::OK, "reported", Way::SIGN_IN))
}
