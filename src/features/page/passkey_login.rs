//! `/login/passkey`: sign-in with a passkey. The form and its challenge are on the login page.

use axum::{
    http::StatusCode,
    response::{Redirect, Response},
};
use entity::session::TokenDelivery;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    fields::Fields,
    login::{answered, render},
    next, replay,
    submitted_form::SubmittedForm,
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        passkey,
        passkey_login::{Input, sign_in},
        session::SessionRequest,
    },
};

/// The submitted form. Its script fills it.
#[derive(Deserialize)]
pub(super) struct PasskeyForm {
    #[serde(default)]
    challenge_token: SecretString,
    #[serde(default)]
    credential: SecretString,
    next: Option<String>,
}

/// Redirects to the login page: the browser shows this address when the form came back.
pub(super) async fn show() -> Redirect {
    Redirect::to("/login")
}

pub(super) async fn submit(mut sent: SubmittedForm<PasskeyForm>) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let SubmittedForm {
        mut page,
        form,
        validity,
    } = sent;
    if !passkey::is_enabled(&page.context.app) {
        return Ok(page.message(StatusCode::NOT_FOUND, "missing"));
    }
    let next = next::allowed(&page.context.app.config, form.next.as_deref()).map(str::to_owned);
    let next = next.as_deref();
    if let Some(receipt) = receipt {
        return replay::signed_in(page, receipt, next).await;
    }
    let fields = Fields::new("login");
    if let notice @ Some(_) = validity.notice() {
        if page.caller.is_some() {
            return Ok(page.see_other(next.unwrap_or("/account?notice=already-signed-in")));
        }
        return Ok(render(&page, StatusCode::FORBIDDEN, fields, next, notice));
    }
    let input = Input {
        challenge_token: form.challenge_token,
        answer: form.credential,
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    let outcome = sign_in(&page.context, input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return replay::signed_in(page, receipt, next).await;
    }
    if let Ok(signed_in) = &outcome {
        page.note_sign_in(&signed_in.user);
    }
    let outcome = outcome.map(|signed_in| signed_in.session.tokens);
    let outcome = outcome.map_err(|failure| {
        failure.map(|refused| {
            // The person typed nothing: the error concerns no field.
            let error = UserError::from(refused);
            vec![UserError { field: None, ..error }]
        })
    });
    answered(page, outcome, fields, next, render)
}
