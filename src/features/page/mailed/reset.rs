//! `/reset-password`: sets a new password with a mailed link.

use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    AboutLink, MailedPage,
    view::{Asks, Form, View},
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        page::{
            fields::Fields,
            link::{Link, MailedToken},
            page_context::{PageContext, SubmittedForm},
            response::{Way, limited, to_retry},
        },
        password_reset::{self, Input, Refused, reset},
        session,
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

const PAGE: MailedPage = MailedPage::new(
    "/reset-password",
    AuthCookie::Reset,
    Way {
        to: "/forgot-password",
        text: "ask-for-link",
    },
);

/// The submitted form.
#[derive(Deserialize)]
pub(in super::super) struct ResetForm {
    #[serde(default)]
    new_password: SecretString,
}

pub(in super::super) async fn show(
    mut page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    let token = PAGE.opened(&mut page, &token)?;
    let fields = Fields::new("reset").begin_at("new_password");
    render(page, &token, StatusCode::OK, fields, link.notice.as_deref()).await
}

pub(in super::super) async fn submit(
    mut sent: SubmittedForm<AboutLink<ResetForm>>,
) -> Result<Response, Response> {
    if sent.receipt().await?.is_some() {
        return done(sent.page);
    }
    let (mut page, form, token) = PAGE.sent(sent)?;
    let input = Input {
        token: token.clone(),
        new_password: form.new_password,
    };
    let outcome = reset(&page.context, &input).await;
    if page.receipt_after(&outcome).await.is_some() {
        return done(page);
    }
    let fields = Fields::new("reset");
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = render(page, &token, StatusCode::TOO_MANY_REQUESTS, fields, None).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(id) => {
            // The browser's own session has ended with the others. It is no news that it did.
            if page.caller.as_ref().is_some_and(|caller| caller.user.id == id) {
                page.keep(session::clear_cookies(&page.context))?;
                page.caller = None;
            }
            done(page)
        }
        Err(Failure::Refused(Refused::Token(problem))) => PAGE.dead(page, problem),
        Err(Failure::Refused(refused @ Refused::Password(_))) => {
            let errors = [UserError::from(refused)];
            let fields = fields.refused(&page.t, &page.context.app.config, &errors);
            render(page, &token, StatusCode::UNPROCESSABLE_ENTITY, fields, None).await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

fn done(mut page: PageContext) -> Result<Response, Response> {
    page.forget(PAGE.cookie)?;
    Ok(page.to_result("password-set"))
}

async fn render(
    page: PageContext,
    token: &SecretString,
    status: StatusCode,
    fields: Fields,
    notice: Option<&str>,
) -> Result<Response, Response> {
    let user = match password_reset::look(&page.context, token).await {
        Ok(user) => user,
        Err(Failure::Refused(problem)) => return PAGE.dead(page, problem),
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let t = &page.t;
    let mut view = View::new(t.text("reset-heading"));
    view.lines
        .push(t.with("reset-text", &[("email", user.email.as_str().into())]));
    view.username = Some(user.email);
    let view = view.with(Form {
        fields,
        asks: Asks::NewPassword,
        button: t.text("set-password"),
        is_danger: false,
        instead: None,
    });
    Ok(view.render(&page, PAGE, token, status, notice))
}
