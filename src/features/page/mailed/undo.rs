//! `/undo-email`: the owner of a former address takes it back.

use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{
    AboutLink, MailedPage,
    view::{Asks, Fact, Form, View},
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        email_change::{NotUndone, look_at_undo, undo},
        mfa::Given,
        page::{
            fields::Fields,
            link::{Link, MailedToken},
            page_context::PageContext,
            response::{Way, limited, to_retry},
            submitted_form::SubmittedForm,
        },
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

const PAGE: MailedPage = MailedPage::new("/undo-email", AuthCookie::Undo, Way::SIGN_IN);

/// The submitted form.
#[derive(Deserialize)]
pub(in super::super) struct UndoForm {
    /// A code of a second factor that is older than the change.
    factor: Option<SecretString>,
}

pub(in super::super) async fn show(
    mut page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    let token = PAGE.opened(&mut page, &token)?;
    let fields = Fields::new("undo");
    render(page, &token, StatusCode::OK, fields, link.notice.as_deref()).await
}

pub(in super::super) async fn submit(
    mut sent: SubmittedForm<AboutLink<UndoForm>>,
) -> Result<Response, Response> {
    if sent.receipt().await?.is_some() {
        return done(sent.page);
    }
    let (page, form, token) = PAGE.sent(sent)?;
    let factor = form.factor.filter(|code| !code.expose_secret().trim().is_empty());
    let factor = factor.map(Given::code);
    let outcome = undo(&page.context, &token, factor.as_ref()).await;
    if page.receipt_after(&outcome).await.is_some() {
        return done(page);
    }
    let fields = Fields::new("undo").begin_at("factor");
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = render(page, &token, StatusCode::TOO_MANY_REQUESTS, fields, None).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(_) => done(page),
        Err(Failure::Refused(NotUndone::Token(problem))) => PAGE.dead(page, problem),
        Err(Failure::Refused(refused)) => {
            let errors = [UserError::from(refused)];
            let fields = fields.refused(&page.t, &page.context.app.config, &errors);
            render(page, &token, StatusCode::UNPROCESSABLE_ENTITY, fields, None).await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

async fn render(
    page: PageContext,
    token: &SecretString,
    status: StatusCode,
    fields: Fields,
    notice: Option<&str>,
) -> Result<Response, Response> {
    let (undone, needs_factor) = match look_at_undo(&page.context, token).await {
        Ok(found) => found,
        Err(Failure::Refused(problem)) => return PAGE.dead(page, problem),
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let t = &page.t;
    let mut view = View::new(t.text("undo-heading"));
    view.lines.push(t.text("undo-text"));
    if needs_factor {
        view.lines.push(t.text("undo-factor-text"));
    }
    view.facts
        .push(Fact::new(t.text("present-email"), undone.current));
    view.facts.push(Fact::new(t.text("former-email"), undone.former));
    let view = view.with(Form {
        fields,
        asks: if needs_factor {
            Asks::FactorCode
        } else {
            Asks::Nothing
        },
        button: t.text("undo-change"),
        is_danger: false,
        instead: None,
    });
    Ok(view.render(&page, PAGE, token, status, notice))
}

fn done(mut page: PageContext) -> Result<Response, Response> {
    page.forget(PAGE.cookie)?;
    Ok(page.message_to(StatusCode::OK, "undone", Way::SIGN_IN))
}
