//! `/oauth/address`: asks for an address that no trusted provider vouches for, and mails a code to it.

pub(in super::super) mod code;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::{ProviderLink, SocialLoginError, way_back::way_back};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        identity::provider_name,
        mail,
        page::{
            fields::Fields,
            page_context::PageContext,
            response::{Frame, Way, limited, to_retry},
            submitted_form::SubmittedForm,
        },
        social_login::{Authenticated, NotAsked, Target, WAITING_TTL, WaitingForAddress, ask},
    },
    platform::{
        failure::{Failure, Outcome},
        http::cookies::AuthCookie,
    },
};

/// Its path.
const PATH: &str = "/oauth/address";

/// The path of the page that asks for the code.
const CODE_PATH: &str = "/oauth/code";

/// The submitted form.
#[derive(Deserialize)]
pub(in super::super) struct AddressForm {
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "oauth_address.html")]
struct AddressPage<'a> {
    frame: Frame<'a>,
    form: Fields,
    text: String,
    way_back: Option<ProviderLink>,
}

/// Makes the browser wait for a proof of an address. If it is known which one, the code is mailed at once.
pub(super) async fn wait(
    mut page: PageContext,
    authenticated: Authenticated,
    target: Target,
    email: Option<&str>,
) -> Result<Response, Response> {
    if !mail::is_enabled(&page.context.app) {
        page.forget(AuthCookie::Social)?;
        let id = &authenticated.profile.account.provider;
        let name = provider_name(&page.context.app, id).to_owned();
        return Ok(SocialLoginError::NO_ADDRESS.response(&page, &name, &target));
    }
    let waiting = WaitingForAddress::new(&page.context.app, authenticated, target);
    keep(&mut page, &waiting)?;
    let Some(email) = email else {
        return Ok(page.see_other(PATH));
    };
    let outcome = ask(&page.context, &waiting, email).await;
    asked(page, &waiting, outcome, email)
}

pub(in super::super) async fn show(page: PageContext) -> Result<Response, Response> {
    let waiting = waiting(&page)?;
    let suggested = waiting.profile.account.email.clone().unwrap_or_default();
    Ok(render(&page, &waiting, StatusCode::OK, fields(suggested), None))
}

pub(in super::super) async fn submit(mut sent: SubmittedForm<AddressForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm {
        mut page,
        form,
        validity,
    } = sent;
    let waiting = waiting(&page)?;
    if receipt.is_some() {
        if waiting.challenge().is_some() {
            return Ok(page.see_other(CODE_PATH));
        }
        // The secret of the first challenge was lost with its answer: only another mail helps.
        page.context.form_key = None;
    }
    if let notice @ Some(_) = validity.notice() {
        let fields = fields(form.email);
        return Ok(render(&page, &waiting, StatusCode::FORBIDDEN, fields, notice));
    }
    let outcome = ask(&page.context, &waiting, &form.email).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(page.see_other(CODE_PATH));
    }
    asked(page, &waiting, outcome, &form.email)
}

/// The response to a request for a code.
fn asked(
    mut page: PageContext,
    waiting: &WaitingForAddress,
    outcome: Outcome<SecretString, NotAsked>,
    email: &str,
) -> Result<Response, Response> {
    let fields = fields(email);
    if let Some(wait) = limited(&outcome) {
        let fields = fields.with_message(page.too_many(wait));
        let response = render(&page, waiting, StatusCode::TOO_MANY_REQUESTS, fields, None);
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(challenge) => {
            keep(&mut page, &waiting.clone().challenged(&challenge, email))?;
            Ok(page.see_other(CODE_PATH))
        }
        Err(Failure::Refused(refused)) => {
            let errors = [UserError::from(refused)];
            let fields = fields.refused(&page.t, &page.context.app.config, &errors);
            Ok(render(
                &page,
                waiting,
                StatusCode::UNPROCESSABLE_ENTITY,
                fields,
                None,
            ))
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

fn fields(email: impl Into<String>) -> Fields {
    Fields::new("oauth-address")
        .typed("email", email)
        .begin_at("email")
}

/// Whom the browser waits for, if it does.
fn kept(page: &PageContext) -> Option<WaitingForAddress> {
    WaitingForAddress::open(&page.context.app, page.kept(AuthCookie::Social)?)
}

/// Whom the browser waits for; else a page that leads to the sign-in.
fn waiting(page: &PageContext) -> Result<WaitingForAddress, Response> {
    kept(page).ok_or_else(|| page.message_to(StatusCode::GONE, "social-expired", Way::SIGN_IN))
}

fn keep(page: &mut PageContext, waiting: &WaitingForAddress) -> Result<(), Response> {
    let sealed = waiting.seal(&page.context.app);
    let sealed = page.done(sealed.map_err(Into::into))?;
    page.keep_secret(AuthCookie::Social, &sealed, WAITING_TTL)
}

fn render(
    page: &PageContext,
    waiting: &WaitingForAddress,
    status: StatusCode,
    form: Fields,
    notice: Option<&str>,
) -> Response {
    let app = &page.context.app;
    let name = provider_name(app, &waiting.profile.account.provider);
    let nonce = page.nonce();
    let notice = page.notice(notice, &["form-out-of-date", "form-without-cookie"]);
    let template = AddressPage {
        frame: page.frame(&nonce, notice),
        form,
        text: page.t.with("social-address-text", &[("provider", name.into())]),
        way_back: way_back(page, &waiting.target),
    };
    page.page(status, &nonce, &template)
}
