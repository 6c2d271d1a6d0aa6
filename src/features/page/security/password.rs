//! Removing the password of an account that signs in by passkey.

use axum::response::Response;

use super::{done, refused, to_proof};
use crate::{
    features::{
        mfa::password_off,
        page::{logout::Button, next::SECURITY, submitted_form::SubmittedForm},
    },
    platform::failure::Failure,
};

pub(in super::super) async fn remove(mut sent: SubmittedForm<Button>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "password-removed"));
    }
    let (page, _) = sent.of_user_at(SECURITY)?;
    let outcome = password_off::remove_password(&page.context).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "password-removed"));
    }
    match outcome {
        Ok(_) => Ok(done(&page, "password-removed")),
        Err(Failure::Refused(password_off::Refused::ReauthenticationRequired)) => {
            Ok(to_proof(&page, "confirm-by-passkey&by=passkey"))
        }
        Err(Failure::Refused(problem)) => Ok(refused(&page, "password-off", problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}
