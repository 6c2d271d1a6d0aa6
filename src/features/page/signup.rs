//! The sign-up page.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    fields::Fields,
    kept::Waiting,
    link::Link,
    login::answered,
    mailed::confirm::REGISTRATION_TTL,
    next,
    oauth::{self, ProviderLink},
    page_context::PageContext,
    replay,
    response::Frame,
    submitted_form::SubmittedForm,
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        email_verification::Registered,
        form_receipt::Receipt,
        session::SessionRequest,
        signup::{self, Input, Output, Refused},
    },
    platform::http::cookies::AuthCookie,
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
    providers: Vec<ProviderLink>,
    password_hint: String,
}

/// After a sign-up whose address must be confirmed.
#[derive(Template)]
#[template(path = "signup_sent.html")]
struct SentPage<'a> {
    frame: Frame<'a>,
    text: String,
    email: &'a str,
}

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    let config = &page.context.app.config;
    let next = next::allowed(config, link.next.as_deref());
    if page.caller.is_some() {
        return page.to_next(next);
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
        return again(page, receipt, &form.email, next.as_deref()).await;
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
        email: form.email.clone(),
        password: form.password,
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    let outcome = signup::register(&page.context, input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return again(page, receipt, &form.email, next.as_deref()).await;
    }
    let outcome = match outcome {
        Ok(Output::SignedIn(output)) => Ok(output.session.tokens),
        Ok(Output::Waiting(registered)) => return wait(page, registered, &form.email, next),
        Err(failure) => Err(failure.map(|refused| refused.into_iter().map(UserError::from).collect())),
    };
    answered(page, outcome, fields, next.as_deref(), render)
}

/// The response to a sign-up that took effect already. The secret of one that waits was lost with the first answer, so
/// its link will ask for the password.
async fn again(
    page: PageContext,
    receipt: Receipt,
    email: &str,
    next: Option<&str>,
) -> Result<Response, Response> {
    if receipt.has_session() {
        replay::signed_in(page, receipt, next).await
    } else {
        Ok(sent(&page, email))
    }
}

/// The response to a sign-up that waits: the same whether or not the address has an account.
fn wait(
    mut page: PageContext,
    registered: Registered,
    email: &str,
    next: Option<String>,
) -> Result<Response, Response> {
    let waiting = Waiting {
        secret: registered.client_secret,
        next,
    };
    page.keep_secret(AuthCookie::Registration, &waiting.to_cookie(), REGISTRATION_TTL)?;
    Ok(sent(&page, email))
}

fn sent(page: &PageContext, email: &str) -> Response {
    let email = email.trim();
    let nonce = page.nonce();
    let template = SentPage {
        frame: page.frame(&nonce, None),
        text: page.t.with("signup-sent-text", &[("email", email.into())]),
        email,
    };
    page.page(StatusCode::OK, &nonce, &template)
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
        providers: oauth::links(page, next),
        password_hint: page.password_hint(),
    };
    page.page(status, &nonce, &template)
}
