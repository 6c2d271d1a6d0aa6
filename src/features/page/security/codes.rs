//! Recovery codes: shown once, in the answer to the form that made them, and as a file from there.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{done, refused};
use crate::{
    features::{
        mfa::regenerate,
        page::{
            logout::Button, next::SECURITY, page_context::PageContext, response::Frame,
            submitted_form::SubmittedForm,
        },
    },
    platform::failure::Failure,
};

/// Name of the file.
const FILE: &str = "recovery-codes.txt";

/// More codes than an account gets, and longer ones, are none of ours.
const MAX_CODES: usize = 20;
const MAX_LENGTH: usize = 40;

/// The codes of the page, to be sent back as a file.
#[derive(Deserialize)]
pub(in super::super) struct FileForm {
    #[serde(default)]
    codes: SecretString,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage<'a> {
    frame: Frame<'a>,
    codes: Vec<&'a str>,
}

pub(in super::super) async fn renew(mut sent: SubmittedForm<Button>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "codes-shown-once"));
    }
    let (page, _) = sent.of_user_at(SECURITY)?;
    let outcome = regenerate::regenerate(&page.context).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "codes-shown-once"));
    }
    match outcome {
        Ok(codes) => Ok(shown(&page, &codes, "codes-renewed")),
        Err(Failure::Refused(problem)) => Ok(refused(&page, "codes", problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The page that shows new codes. No redirect: it would need them stored.
pub(super) fn shown(page: &PageContext, codes: &[SecretString], notice: &str) -> Response {
    let nonce = page.nonce();
    let notice = Some(page.t.text(&format!("notice-{notice}")));
    let template = CodesPage {
        frame: page.frame(&nonce, notice),
        codes: codes.iter().map(SecretString::expose_secret).collect(),
    };
    page.page(StatusCode::OK, &nonce, &template)
}

/// The codes of the page as a file: a script could not make one under our content security policy.
pub(in super::super) async fn file(sent: SubmittedForm<FileForm>) -> Result<Response, Response> {
    let (page, form) = sent.of_user_at(SECURITY)?;
    let codes: Vec<&str> = form.codes.expose_secret().split_whitespace().collect();
    let is_code = |code: &&str| {
        code.len() <= MAX_LENGTH
            && code
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if codes.is_empty() || codes.len() > MAX_CODES || !codes.iter().all(is_code) {
        return Ok(done(&page, "form-out-of-date"));
    }
    let email = page.caller.as_ref().map_or("", |caller| &caller.user.email);
    let service = page.pages.theme.name.as_str();
    let heading = page.t.with(
        "codes-file",
        &[("service", service.into()), ("email", email.into())],
    );
    let text = codes.join("\r\n");
    Ok(page.file(FILE, format!("{heading}\r\n\r\n{text}\r\n")))
}
