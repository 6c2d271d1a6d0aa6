//! The sign-up page.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    fields::Fields,
    link::Link,
    login::answered,
    next::{self, ACCOUNT},
    page_context::{PageContext, SubmittedForm},
    replay,
    response::Frame,
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        session::SessionRequest,
        signup::{self, Input, Refused},
    },
};

/// The submitted form.
#[derive(Deserialize)]
pub(super) struct SignupForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "signup.html")]
struct SignupPage<'a> {
    frame: Frame<'a>,
    form: Fields,
    next: Option<&'a str>,
    next_query: String,
    password_hint: String,
}

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    let config = &page.context.app.config;
    let next = next::allowed(config, link.next.as_deref());
    if page.caller.is_some() {
        return page.see_other(next.unwrap_or(ACCOUNT));
    }
    let mut form = Fields::new("signup").begin_at("name");
    if !config.signup_enabled {
        form = form.refused(&page.t, config, &[UserError::from(Refused::SignupDisabled)]);
    }
    render(&page, StatusCode::OK, form, next, None)
}

pub(super) async fn submit(mut sent: SubmittedForm<SignupForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm { page, form, validity } = sent;
    let next = next::allowed(&page.context.app.config, form.next.as_deref()).map(str::to_owned);
    if let Some(receipt) = receipt {
        return replay::signed_in(page, receipt, next.as_deref()).await;
    }
    let fields = Fields::new("signup")
        .typed("name", form.name.as_str())
        .typed("email", form.email.as_str());
    if let notice @ Some(_) = validity.notice() {
        if page.caller.is_some() {
            return Ok(page.see_other(next.as_deref().unwrap_or("/account?notice=already-signed-in")));
        }
        let response = render(&page, StatusCode::FORBIDDEN, fields, next.as_deref(), notice);
        return Ok(response);
    }
    let input = Input {
        name: form.name,
        email: form.email,
        password: form.password,
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    let outcome = signup::register(&page.context, input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return replay::signed_in(page, receipt, next.as_deref()).await;
    }
    let outcome = outcome
        .map(|output| output.session.tokens)
        .map_err(|failure| failure.map(|refused| refused.into_iter().map(UserError::from).collect()));
    answered(page, outcome, fields, next.as_deref(), render)
}

fn render(
    page: &PageContext,
    status: StatusCode,
    form: Fields,
    next: Option<&str>,
    notice: Option<&str>,
) -> Response {
    let nonce = page.nonce();
    let notice = page.notice(notice, &["form-out-of-date", "form-without-cookie"]);
    let template = SignupPage {
        frame: page.frame(&nonce, notice),
        form,
        next,
        next_query: next::query(next),
        password_hint: page.password_hint(),
    };
    page.page(status, &nonce, &template)
}
