//! Setting the authenticator app up, and turning it off.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{codes, done, qr, refused};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        mfa::{totp_off, totp_setup},
        page::{
            fields::Fields,
            logout::Button,
            next::SECURITY,
            page_context::PageContext,
            response::{Frame, limited, to_retry},
            submitted_form::SubmittedForm,
        },
    },
    platform::failure::{Failed, Failure},
};

const SECTION: &str = "app";

/// The submitted code.
#[derive(Deserialize)]
pub(in super::super) struct CodeForm {
    #[serde(default)]
    setup_token: SecretString,
    #[serde(default)]
    code: SecretString,
}

#[derive(Template)]
#[template(path = "totp.html")]
struct SetupPage<'a> {
    frame: Frame<'a>,
    form: Fields,
    qr: String,
    uri: &'a str,
    /// The secret in groups of four, for typing.
    secret: String,
    token: &'a str,
}

pub(in super::super) async fn start(sent: SubmittedForm<Button>) -> Result<Response, Response> {
    let (page, _) = sent.of_user_at(SECURITY)?;
    match totp_setup::start(&page.context).await {
        Ok(setup) => {
            let form = Fields::new("totp").begin_at("code");
            render(&page, StatusCode::OK, form, &setup.token, &setup.shown)
        }
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

pub(in super::super) async fn confirm(mut sent: SubmittedForm<CodeForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "codes-shown-once"));
    }
    let (page, form) = sent.of_user_at(SECURITY)?;
    let outcome = totp_setup::confirm(&page.context, &form.setup_token, &form.code).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "codes-shown-once"));
    }
    if let Some(wait) = limited(&outcome) {
        let fields = Fields::new("totp").with_message(page.too_many(wait));
        let response = again(&page, StatusCode::TOO_MANY_REQUESTS, fields, &form.setup_token).await?;
        return Ok(to_retry(response, wait));
    }
    match outcome {
        Ok(confirmed) => Ok(match confirmed.recovery_codes {
            Some(codes) => codes::shown(&page, &codes, "app-on"),
            None => done(&page, "app-on"),
        }),
        Err(Failure::Refused(totp_setup::NotConfirmed::Expired)) => Ok(done(&page, "app-expired")),
        Err(Failure::Refused(problem)) => {
            let errors = [UserError::from(problem)];
            let fields = Fields::new("totp").refused(&page.t, &page.context.app.config, &errors);
            again(&page, StatusCode::UNPROCESSABLE_ENTITY, fields, &form.setup_token).await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

pub(in super::super) async fn turn_off(mut sent: SubmittedForm<Button>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "app-off"));
    }
    let (page, _) = sent.of_user_at(SECURITY)?;
    let outcome = totp_off::disable(&page.context, None).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "app-off"));
    }
    match outcome {
        Ok(_) => Ok(done(&page, "app-off")),
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The same set-up again.
async fn again(
    page: &PageContext,
    status: StatusCode,
    fields: Fields,
    token: &SecretString,
) -> Result<Response, Response> {
    match totp_setup::look(&page.context, token).await {
        Ok(shown) => render(page, status, fields, token, &shown),
        Err(Failure::Refused(_)) => Ok(done(page, "app-expired")),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

fn render(
    page: &PageContext,
    status: StatusCode,
    form: Fields,
    token: &SecretString,
    shown: &totp_setup::Shown,
) -> Result<Response, Response> {
    let uri = shown.uri.expose_secret();
    let qr = page.done(qr::svg(uri, &page.t.text("qr-name")).map_err(Failed::from))?;
    let nonce = page.nonce();
    let template = SetupPage {
        frame: page.frame(&nonce, None),
        form,
        qr,
        uri,
        secret: in_groups(shown.secret.expose_secret()),
        token: token.expose_secret(),
    };
    Ok(page.page(status, &nonce, &template))
}

fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}
