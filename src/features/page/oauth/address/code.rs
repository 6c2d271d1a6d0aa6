//! `/oauth/code`: asks for the mailed code that proves an address.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::{kept, waiting};
use crate::{
    features::{
        form_receipt::Receipt,
        identity::provider_name,
        page::{
            fields::Fields,
            mfa, next,
            oauth::{ProviderLink, SocialLoginError, complete, way_back::way_back},
            page_context::PageContext,
            replay,
            response::{Frame, Way, limited, to_retry},
            submitted_form::SubmittedForm,
        },
        social_login::{NotConfirmed, Target, WaitingForAddress, confirm},
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

/// The submitted form.
#[derive(Deserialize)]
pub(in super::super::super) struct CodeForm {
    #[serde(default)]
    code: SecretString,
}

#[derive(Template)]
#[template(path = "oauth_code.html")]
struct CodePage<'a> {
    frame: Frame<'a>,
    form: Fields,
    text: String,
    way_back: Option<ProviderLink>,
}

pub(in super::super::super) async fn show(page: PageContext) -> Result<Response, Response> {
    let waiting = waiting(&page)?;
    if waiting.challenge().is_none() {
        return Ok(page.see_other(super::PATH));
    }
    let form = Fields::new("code").begin_at("code");
    Ok(render(&page, &waiting, StatusCode::OK, form, None))
}

pub(in super::super::super) async fn submit(mut sent: SubmittedForm<CodeForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm { page, form, validity } = sent;
    if let Some(receipt) = receipt {
        return again(page, receipt).await;
    }
    let waiting = waiting(&page)?;
    let fields = Fields::new("code").begin_at("code");
    if let notice @ Some(_) = validity.notice() {
        return Ok(render(&page, &waiting, StatusCode::FORBIDDEN, fields, notice));
    }
    let Some(challenge) = waiting.challenge() else {
        return Ok(page.see_other(super::PATH));
    };
    let outcome = confirm(&page.context, &waiting, &challenge, &form.code).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return again(page, receipt).await;
    }
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = render(&page, &waiting, StatusCode::TOO_MANY_REQUESTS, fields, None);
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok((profile, used)) => complete(page, waiting.target, None, profile, used).await,
        Err(Failure::Refused(NotConfirmed::Expired)) => {
            Ok(page.message_to(StatusCode::GONE, "social-code-dead", Way::ADDRESS))
        }
        Err(Failure::Refused(problem @ (NotConfirmed::CodeRequired | NotConfirmed::CodeInvalid))) => {
            let is_empty = problem == NotConfirmed::CodeRequired;
            let text = if is_empty { "required" } else { "code-wrong" };
            let fields = fields.with_error("code", page.t.text(text));
            Ok(render(
                &page,
                &waiting,
                StatusCode::UNPROCESSABLE_ENTITY,
                fields,
                None,
            ))
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The response to a form that took effect already.
async fn again(page: PageContext, receipt: Receipt) -> Result<Response, Response> {
    let waiting = kept(&page);
    let next = match waiting.map(|waiting| (waiting.target, waiting.profile)) {
        Some((Target::Page { next }, _)) => next,
        // The code of the client went with the first response.
        Some((target @ Target::Client { .. }, profile)) => {
            let provider = provider_name(&page.context.app, &profile.account.provider);
            return Ok(SocialLoginError::USED.response(&page, provider, &target));
        }
        None => None,
    };
    let next = next::allowed(&page.context.app.config, next.as_deref()).map(str::to_owned);
    if receipt.has_session() {
        return replay::signed_in(page, receipt, next.as_deref()).await;
    }
    if page.kept(AuthCookie::Mfa).is_some() {
        return Ok(mfa::redirect(&page, next.as_deref()));
    }
    Ok(page.message_to(StatusCode::GONE, "social-expired", Way::SIGN_IN))
}

fn render(
    page: &PageContext,
    waiting: &WaitingForAddress,
    status: StatusCode,
    form: Fields,
    notice: Option<&str>,
) -> Response {
    let nonce = page.nonce();
    let notice = page.notice(notice, &["form-out-of-date", "form-without-cookie"]);
    let template = CodePage {
        frame: page.frame(&nonce, notice),
        form,
        text: page
            .t
            .with("social-code-text", &[("email", waiting.email().into())]),
        way_back: way_back(page, &waiting.target),
    };
    page.page(status, &nonce, &template)
}
