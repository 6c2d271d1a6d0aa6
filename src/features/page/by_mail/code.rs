//! `/login/email/code`: sign-in by mail, second part. It asks for the mailed code.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::SecretString;
use serde::Deserialize;

use super::{INSTEAD, again, is_offered, signed_in};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        email_login::{Answer, Input, Refused, sign_in},
        page::{
            fields::Fields,
            kept::Waiting,
            link::Link,
            next,
            page_context::PageContext,
            response::{Frame, limited, to_retry},
            submitted_form::SubmittedForm,
        },
        session::SessionRequest,
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

/// The submitted form.
#[derive(Deserialize)]
pub(in super::super) struct CodeForm {
    #[serde(default)]
    code: SecretString,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    frame: Frame<'a>,
    form: Fields,
    next: Option<&'a str>,
    next_query: String,
}

pub(in super::super) async fn show(page: PageContext, link: Link) -> Response {
    if !is_offered(&page.context.app) {
        return page.message(StatusCode::NOT_FOUND, "missing");
    }
    let next = next::allowed(&page.context.app.config, link.next.as_deref());
    if page.caller.is_some() {
        return page.to_next(next);
    }
    if page.kept(AuthCookie::Challenge).is_none() {
        return page.message_to(StatusCode::NOT_FOUND, "challenge-expired", INSTEAD);
    }
    let form = Fields::new("code").begin_at("code");
    render(&page, StatusCode::OK, form, next, link.notice.as_deref())
}

pub(in super::super) async fn submit(mut sent: SubmittedForm<CodeForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm { page, form, validity } = sent;
    let next = next::allowed(&page.context.app.config, form.next.as_deref()).map(str::to_owned);
    let next = next.as_deref();
    if let Some(receipt) = receipt {
        return again(page, receipt, next).await;
    }
    let fields = Fields::new("code").begin_at("code");
    if let notice @ Some(_) = validity.notice() {
        if page.caller.is_some() {
            return Ok(page.see_other(next.unwrap_or("/account?notice=already-signed-in")));
        }
        return Ok(render(&page, StatusCode::FORBIDDEN, fields, next, notice));
    }
    let Some(kept) = page.kept(AuthCookie::Challenge) else {
        return Ok(page.message_to(StatusCode::NOT_FOUND, "challenge-expired", INSTEAD));
    };
    let input = Input {
        challenge_token: Waiting::read(kept).secret,
        answer: Answer::Code(form.code),
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    let outcome = sign_in(&page.context, input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return again(page, receipt, next).await;
    }
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = render(&page, StatusCode::TOO_MANY_REQUESTS, fields, next, None);
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(output) => signed_in(page, output, next),
        Err(Failure::Refused(Refused::ChallengeExpired)) => {
            let mut page = page;
            page.forget(AuthCookie::Challenge)?;
            Ok(page.message_to(StatusCode::GONE, "challenge-expired", INSTEAD))
        }
        Err(Failure::Refused(refused)) => {
            let errors = [UserError::from(refused)];
            let fields = fields.refused(&page.t, &page.context.app.config, &errors);
            Ok(render(
                &page,
                StatusCode::UNPROCESSABLE_ENTITY,
                fields,
                next,
                None,
            ))
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
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
    let template = CodePage {
        frame: page.frame(&nonce, notice),
        form,
        next,
        next_query: next::query(next),
    };
    page.page(status, &nonce, &template)
}
