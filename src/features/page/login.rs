//! The login page.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{
    by_mail,
    fields::Fields,
    link::Link,
    mfa, next,
    oauth::{self, ProviderLink},
    page_context::PageContext,
    replay,
    response::{Frame, limited, to_retry},
    submitted_form::SubmittedForm,
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        login::{self, Input, Output},
        mail, passkey,
        passkey_login::{self, Asked},
        session::{self, SessionRequest},
    },
    platform::{
        failure::{Failure, Outcome},
        http::cookies::AuthCookie,
    },
};

/// The submitted form.
#[derive(Deserialize)]
pub(super) struct LoginForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: Frame<'a>,
    form: Fields,
    next: Option<&'a str>,
    next_query: String,
    providers: Vec<ProviderLink>,
    is_signup_open: bool,
    sends_mail: bool,
    signs_in_by_mail: bool,
    /// For the form of the passkey; none where passkeys do not work.
    passkey: Option<Asked>,
    email_autocomplete: &'static str,
}

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    let next = next::allowed(&page.context.app.config, link.next.as_deref());
    if page.caller.is_some() {
        return page.to_next(next);
    }
    let notice = match link.notice.as_deref() {
        _ if page.has_ended => Some("ended"),
        // Explain why the visitor was sent here.
        None => next.map(|_| "sign-in-first"),
        given => given,
    };
    let form = Fields::new("login").begin_at("email");
    render(&page, StatusCode::OK, form, next, notice)
}

pub(super) async fn submit(mut sent: SubmittedForm<LoginForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm {
        mut page,
        form,
        validity,
    } = sent;
    let next = next::allowed(&page.context.app.config, form.next.as_deref()).map(str::to_owned);
    if let Some(receipt) = receipt {
        if receipt.has_session() {
            return replay::signed_in(page, receipt, next.as_deref()).await;
        }
        if page.kept(AuthCookie::Mfa).is_some() {
            return Ok(mfa::redirect(&page, next.as_deref()));
        }
        // The secret of the first challenge was lost with its answer: only another one helps.
        page.context.form_key = None;
    }
    let fields =
        Fields::new("login")
            .typed("email", form.email.as_str())
            .begin_at(if form.email.is_empty() {
                "email"
            } else {
                "password"
            });
    if let notice @ Some(_) = validity.notice() {
        if page.caller.is_some() {
            return Ok(page.see_other(next.as_deref().unwrap_or("/account?notice=already-signed-in")));
        }
        let response = render(&page, StatusCode::FORBIDDEN, fields, next.as_deref(), notice);
        return Ok(response);
    }
    let input = Input {
        email: form.email,
        password: form.password,
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    let outcome = login::sign_in(&page.context, input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return replay::signed_in(page, receipt, next.as_deref()).await;
    }
    let outcome = match outcome {
        Ok(Output::Challenge(challenge)) => return mfa::wait(page, &challenge, next.as_deref()),
        Ok(Output::SignedIn(signed_in)) => {
            page.note_sign_in(&signed_in.user);
            Ok(signed_in.session.tokens)
        }
        Err(failure) => Err(failure),
    };
    let outcome =
        outcome.map_err(|failure| failure.map(|refused: login::Refused| vec![UserError::from(refused)]));
    answered(page, outcome, fields, next.as_deref(), render)
}

/// Renders a form page with status, form, `next` and notice.
type Draw = fn(&PageContext, StatusCode, Fields, Option<&str>, Option<&str>) -> Response;

/// The response to a sign-up or sign-in: a redirect with new cookies, or the form again with its errors.
pub(super) fn answered(
    mut page: PageContext,
    outcome: Outcome<session::Tokens, Vec<UserError>>,
    fields: Fields,
    next: Option<&str>,
    draw: Draw,
) -> Result<Response, Response> {
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = draw(&page, StatusCode::TOO_MANY_REQUESTS, fields, next, None);
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(tokens) => {
            page.cookies.extend(tokens.cookies);
            Ok(page.to_next(next))
        }
        Err(Failure::Refused(errors)) => {
            let fields = fields.refused(&page.t, &page.context.app.config, &errors);
            Ok(draw(&page, StatusCode::UNPROCESSABLE_ENTITY, fields, next, None))
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The login page.
pub(super) fn render(
    page: &PageContext,
    status: StatusCode,
    form: Fields,
    next: Option<&str>,
    notice: Option<&str>,
) -> Response {
    const NOTICES: [&str; 10] = [
        "sign-in-first",
        "signed-out",
        "account-deleted",
        "deletion-scheduled",
        "ended",
        "password-set-sign-in",
        "email-confirmed-sign-in",
        "email-changed-sign-in",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let nonce = page.nonce();
    let notice = page.notice(notice, &NOTICES);
    let app = &page.context.app;
    let asked = passkey::is_enabled(app)
        .then(|| passkey_login::ask(app))
        .transpose();
    let passkey = match asked {
        Ok(asked) => asked,
        Err(fault) => return page.failed(fault.into()),
    };
    let template = LoginPage {
        frame: page.frame(&nonce, notice),
        form,
        next,
        next_query: next::query(next),
        providers: oauth::links(page, next),
        is_signup_open: page.context.app.config.signup_enabled,
        sends_mail: mail::is_enabled(&page.context.app),
        signs_in_by_mail: by_mail::is_offered(&page.context.app),
        email_autocomplete: if passkey.is_some() {
            "username webauthn"
        } else {
            "username"
        },
        passkey,
    };
    page.page_that_fetches(status, &nonce, &template)
}
