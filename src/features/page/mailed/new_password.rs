//! `/reset-password` and `/invitation`: set a password with a mailed link.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    AboutLink, MailedPage,
    view::{Asks, Form, View},
};
use crate::{
    context::{App, graphql::user_error::UserError},
    features::{
        invitation,
        mailed_password::{Input, Refused},
        page::{
            fields::Fields,
            link::{Link, MailedToken},
            page_context::PageContext,
            response::{Way, limited, to_retry},
            submitted_form::SubmittedForm,
        },
        password_reset, session,
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

/// Why a password is set.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Reason {
    /// The present one was forgotten.
    Reset,
    /// Somebody was invited, and has none.
    Invitation,
}

impl Reason {
    const fn page(self) -> MailedPage {
        match self {
            Self::Reset => MailedPage::new(
                "/reset-password",
                AuthCookie::Reset,
                Way {
                    to: "/forgot-password",
                    text: "ask-for-link",
                },
            ),
            Self::Invitation => MailedPage::new("/invitation", AuthCookie::Invitation, Way::SIGN_IN),
        }
    }

    /// The id of the form.
    const fn form(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Invitation => "invitation",
        }
    }

    /// Heading, and the text below it.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Reset => ("reset-heading", "reset-text"),
            Self::Invitation => ("invitation-heading", "invitation-text"),
        }
    }
}

/// The page and its form.
pub(in super::super) fn handlers(reason: Reason) -> MethodRouter<Arc<App>> {
    get(async move |page, link, token| show(reason, page, link, token).await)
        .post(async move |sent| submit(reason, sent).await)
}

/// The submitted form.
#[derive(Deserialize)]
pub(in super::super) struct PasswordForm {
    #[serde(default)]
    new_password: SecretString,
}

async fn show(
    reason: Reason,
    mut page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    let token = reason.page().opened(&mut page, &token)?;
    let fields = Fields::new(reason.form()).begin_at("new_password");
    render(
        reason,
        page,
        &token,
        StatusCode::OK,
        fields,
        link.notice.as_deref(),
    )
    .await
}

async fn submit(
    reason: Reason,
    mut sent: SubmittedForm<AboutLink<PasswordForm>>,
) -> Result<Response, Response> {
    if sent.receipt().await?.is_some() {
        return done(reason, sent.page);
    }
    let (mut page, form, token) = reason.page().sent(sent)?;
    let input = Input {
        token: token.clone(),
        new_password: form.new_password,
    };
    let outcome = match reason {
        Reason::Reset => password_reset::reset(&page.context, &input).await,
        Reason::Invitation => invitation::accept(&page.context, &input).await,
    };
    if page.receipt_after(&outcome).await.is_some() {
        return done(reason, page);
    }
    let fields = Fields::new(reason.form());
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = render(reason, page, &token, StatusCode::TOO_MANY_REQUESTS, fields, None).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(id) => {
            // The browser's own session has ended with the others. It is no news that it did.
            if page.caller.as_ref().is_some_and(|caller| caller.user.id == id) {
                page.keep(session::clear_cookies(&page.context))?;
                page.caller = None;
            }
            done(reason, page)
        }
        Err(Failure::Refused(Refused::Token(problem))) => reason.page().dead(page, problem),
        Err(Failure::Refused(refused @ Refused::Password(_))) => {
            let errors = [UserError::from(refused)];
            let fields = fields.refused(&page.t, &page.context.app.config, &errors);
            render(
                reason,
                page,
                &token,
                StatusCode::UNPROCESSABLE_ENTITY,
                fields,
                None,
            )
            .await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

fn done(reason: Reason, mut page: PageContext) -> Result<Response, Response> {
    page.forget(reason.page().cookie)?;
    Ok(page.to_result("password-set"))
}

async fn render(
    reason: Reason,
    page: PageContext,
    token: &SecretString,
    status: StatusCode,
    fields: Fields,
    notice: Option<&str>,
) -> Result<Response, Response> {
    let found = match reason {
        Reason::Reset => password_reset::look(&page.context, token).await,
        Reason::Invitation => invitation::look(&page.context, token).await,
    };
    let user = match found {
        Ok(user) => user,
        Err(Failure::Refused(problem)) => return reason.page().dead(page, problem),
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let t = &page.t;
    let (heading, text) = reason.texts();
    let mut view = View::new(t.text(heading));
    view.lines
        .push(t.with(text, &[("email", user.email.as_str().into())]));
    view.username = Some(user.email);
    let view = view.with(Form {
        fields,
        asks: Asks::NewPassword,
        button: t.text("set-password"),
        is_danger: false,
        instead: None,
    });
    Ok(view.render(&page, reason.page(), token, status, notice))
}
