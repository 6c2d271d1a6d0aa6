//! The address on the account page: confirming it, changing it, and withdrawing a change.

use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    account::{refused, too_many},
    logout::Button,
    page_context::PageContext,
    response::limited,
    submitted_form::SubmittedForm,
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        email_change::{self, Input},
        mail::NotRequested,
    },
    platform::failure::{Failure, Outcome},
};

/// The submitted form.
#[derive(Deserialize)]
pub(super) struct EmailForm {
    #[serde(default)]
    new_email: String,
    current_password: Option<SecretString>,
}

const REQUESTED: &str = "/account?notice=email-change-requested";
const CANCELLED: &str = "/account?notice=email-change-cancelled";

pub(super) async fn change(mut sent: SubmittedForm<EmailForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(sent.page.see_other(REQUESTED));
    }
    let (page, form) = sent.of_user()?;
    let input = Input {
        new_email: form.new_email,
        password: form.current_password,
    };
    let outcome = email_change::request(&page.context, &input).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(page.see_other(REQUESTED));
    }
    let typed = vec![("new_email", input.new_email)];
    if let Some(wait) = limited(&outcome) {
        return Ok(too_many(&page, "email", typed, wait).await);
    }
    Ok(match outcome {
        Ok(_) => page.see_other(REQUESTED),
        Err(Failure::Refused(problem)) => refused(&page, "email", typed, vec![problem.into()]).await,
        Err(Failure::Failed(failed)) => page.failed(failed),
    })
}

pub(super) async fn cancel(mut sent: SubmittedForm<Button>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(sent.page.see_other(CANCELLED));
    }
    let (page, _) = sent.of_user()?;
    let outcome = email_change::cancel(&page.context).await;
    page.done(outcome)?;
    Ok(page.see_other(CANCELLED))
}

/// The result of a request for a mail from the account page; otherwise that page again, with what is wrong.
pub(super) async fn asked<T>(page: &PageContext, outcome: Outcome<T, NotRequested>) -> Result<T, Response> {
    if let Some(wait) = limited(&outcome) {
        return Err(too_many(page, "email", Vec::new(), wait).await);
    }
    match outcome {
        Ok(done) => Ok(done),
        Err(Failure::Refused(problem)) => {
            Err(refused(page, "email", Vec::new(), vec![UserError::from(problem)]).await)
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}
