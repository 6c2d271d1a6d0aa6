//! The login page.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    fields::Fields,
    link::Link,
    next::{self, ACCOUNT},
    page_context::{PageContext, SubmittedForm},
    replay,
    response::{Frame, limited, to_retry},
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        login::{self, Input},
        session::{self, SessionRequest},
    },
    platform::failure::{Failure, Outcome},
};

/// The form as it is sent.
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
    is_signup_open: bool,
}

pub(super) async fn show(visit: PageContext, link: Link) -> Response {
    let next = next::allowed(&visit.context.app.config, link.next.as_deref());
    if visit.caller.is_some() {
        return visit.see_other(next.unwrap_or(ACCOUNT));
    }
    let asked = match link.notice.as_deref() {
        _ if visit.has_ended => Some("ended"),
        // Whoever was sent here learns why.
        None => next.map(|_| "sign-in-first"),
        given => given,
    };
    let form = Fields::new("login").begin_at("email");
    page(&visit, StatusCode::OK, form, next, asked)
}

pub(super) async fn submit(mut sent: SubmittedForm<LoginForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm {
        visit,
        form,
        validity,
    } = sent;
    let next = next::allowed(&visit.context.app.config, form.next.as_deref()).map(str::to_owned);
    if let Some(receipt) = receipt {
        return replay::signed_in(visit, receipt, next.as_deref()).await;
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
        if visit.caller.is_some() {
            return Ok(visit.see_other(next.as_deref().unwrap_or("/account?notice=already-signed-in")));
        }
        let answer = page(&visit, StatusCode::FORBIDDEN, fields, next.as_deref(), notice);
        return Ok(answer);
    }
    let input = Input {
        email: form.email,
        password: form.password,
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    let outcome = login::sign_in(&visit.context, input).await;
    if let Some(receipt) = visit.receipt_after(&outcome).await {
        return replay::signed_in(visit, receipt, next.as_deref()).await;
    }
    let outcome = outcome
        .map(|output| output.session.tokens)
        .map_err(|failure| failure.map(|refused| vec![UserError::from(refused)]));
    answered(visit, outcome, fields, next.as_deref(), page)
}

/// What draws a form: with this status, what is in it, where it leads, and what has just happened.
type Draw = fn(&PageContext, StatusCode, Fields, Option<&str>, Option<&str>) -> Response;

/// What follows when somebody tried to get in: on with new cookies, or the form again with what is wrong.
pub(super) fn answered(
    mut visit: PageContext,
    outcome: Outcome<session::Tokens, Vec<UserError>>,
    fields: Fields,
    next: Option<&str>,
    draw: Draw,
) -> Result<Response, Response> {
    if let Some(wait) = limited(&outcome) {
        let fields = fields.told(visit.too_many(wait));
        let answer = draw(&visit, StatusCode::TOO_MANY_REQUESTS, fields, next, None);
        return Ok(to_retry(answer, wait));
    }
    match outcome {
        Ok(tokens) => {
            visit.cookies.extend(tokens.cookies);
            Ok(visit.see_other(next.unwrap_or(ACCOUNT)))
        }
        Err(Failure::Refused(errors)) => {
            let fields = fields.refused(&visit.t, &visit.context.app.config, &errors);
            Ok(draw(&visit, StatusCode::UNPROCESSABLE_ENTITY, fields, next, None))
        }
        Err(Failure::Failed(failed)) => Err(visit.failed(failed)),
    }
}

fn page(
    visit: &PageContext,
    status: StatusCode,
    form: Fields,
    next: Option<&str>,
    notice: Option<&str>,
) -> Response {
    const NOTICES: [&str; 6] = [
        "sign-in-first",
        "signed-out",
        "account-deleted",
        "ended",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let nonce = visit.nonce();
    let notice = visit.notice(notice, &NOTICES);
    let page = LoginPage {
        frame: visit.frame(&nonce, notice),
        form,
        next,
        next_query: next::query(next),
        is_signup_open: visit.context.app.config.signup_enabled,
    };
    visit.page(status, &nonce, &page)
}
