//! `/reauthenticate/start`: asks for a passkey, or mails a code.

use axum::{
    http::StatusCode,
    response::{Redirect, Response},
};
use serde::Deserialize;

use super::{
    PATH, is_passkey,
    view::{ProofStep, Shown, render},
};
use crate::features::{
    page::{fields::Fields, next, submitted_form::SubmittedForm},
    reauthentication::start,
};

/// The button.
#[derive(Deserialize)]
pub(in super::super) struct StartForm {
    next: Option<String>,
    by: Option<String>,
}

/// Redirects to the page: the browser shows this address when the form was sent.
pub(in super::super) async fn show() -> Redirect {
    Redirect::to(PATH)
}

pub(in super::super) async fn submit(mut sent: SubmittedForm<StartForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        // The secret of the first challenge was lost with its answer: only another one helps.
        sent.page.context.form_key = None;
    }
    let (page, form) = sent.of_user_at(PATH)?;
    let started = page.done(start(&page.context).await)?;
    let step = match started.challenge {
        Some(challenge) => match challenge.passkey_options {
            Some(options) => ProofStep::Passkey {
                options,
                token: challenge.token,
            },
            None => ProofStep::Mailed {
                token: challenge.token,
            },
        },
        None => ProofStep::Choice,
    };
    let shown = Shown {
        step,
        form: Fields::new("reauthenticate").begin_at("email_code"),
        next: next::own(form.next.as_deref()),
        notice: None,
        by_passkey: is_passkey(form.by.as_deref()),
    };
    render(&page, StatusCode::OK, shown).await
}
