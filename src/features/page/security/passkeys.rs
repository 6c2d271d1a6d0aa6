//! Adding, renaming and removing passkeys.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{codes, done, refused};
use crate::{
    features::{
        mfa::{passkey_setup, passkeys},
        page::{logout::Button, next::SECURITY, response::Frame, submitted_form::SubmittedForm},
    },
    platform::failure::Failure,
};

const SECTION: &str = "passkeys";

/// The browser's answer. Its script fills it in.
#[derive(Deserialize)]
pub(in super::super) struct NewForm {
    #[serde(default)]
    challenge_token: SecretString,
    #[serde(default)]
    credential: SecretString,
    name: Option<String>,
}

/// A passkey, and perhaps its new name.
#[derive(Deserialize)]
pub(in super::super) struct OneForm {
    #[serde(default)]
    passkey: String,
    #[serde(default)]
    name: String,
}

#[derive(Template)]
#[template(path = "new_passkey.html")]
struct NewPage<'a> {
    frame: Frame<'a>,
    options: &'a str,
    token: &'a str,
}

pub(in super::super) async fn start(sent: SubmittedForm<Button>) -> Result<Response, Response> {
    let (page, _) = sent.of_user_at(SECURITY)?;
    match passkey_setup::start(&page.context).await {
        Ok(started) => {
            let nonce = page.nonce();
            let template = NewPage {
                frame: page.frame(&nonce, None),
                options: &started.options,
                token: started.token.expose_secret(),
            };
            Ok(page.page(StatusCode::OK, &nonce, &template))
        }
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

pub(in super::super) async fn finish(mut sent: SubmittedForm<NewForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "codes-shown-once"));
    }
    let (page, form) = sent.of_user_at(SECURITY)?;
    let answered = passkey_setup::Answered {
        token: &form.challenge_token,
        answer: form.credential.expose_secret(),
        name: form.name.as_deref(),
    };
    let outcome = passkey_setup::finish(&page.context, &answered).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "codes-shown-once"));
    }
    match outcome {
        Ok(registered) => Ok(match registered.recovery_codes {
            Some(codes) => codes::shown(&page, &codes, "passkey-added"),
            None => done(&page, "passkey-added"),
        }),
        Err(Failure::Refused(passkey_setup::NotFinished::Expired)) => Ok(done(&page, "passkey-expired")),
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

pub(in super::super) async fn rename(mut sent: SubmittedForm<OneForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "passkey-renamed"));
    }
    let (page, form) = sent.of_user_at(SECURITY)?;
    let outcome = passkeys::rename(&page.context, &form.passkey, &form.name).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "passkey-renamed"));
    }
    match outcome {
        Ok(_) => Ok(done(&page, "passkey-renamed")),
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

pub(in super::super) async fn remove(mut sent: SubmittedForm<OneForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "passkey-removed"));
    }
    let (page, form) = sent.of_user_at(SECURITY)?;
    let outcome = passkeys::remove(&page.context, &form.passkey).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "passkey-removed"));
    }
    match outcome {
        Ok(_) => Ok(done(&page, "passkey-removed")),
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}
