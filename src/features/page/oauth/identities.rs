//! The connected accounts of `/account/security`.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use crate::{
    context::Caller,
    features::{
        identity::{self, NotLinked},
        one_time_token::SingleUse,
        page::{
            next::SECURITY,
            page_context::PageContext,
            response::Way,
            security::{done, refused},
            submitted_form::SubmittedForm,
        },
        social_login::{Linking, SocialProfile},
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

/// Name of their section.
const SECTION: &str = "identities";

/// Which identity.
#[derive(Deserialize)]
pub(in super::super) struct UnlinkForm {
    #[serde(default)]
    identity: String,
}

/// Links an identity in the session that began it.
pub(super) async fn link(
    mut page: PageContext,
    linking: &Linking,
    profile: &SocialProfile,
    used: &SingleUse,
) -> Result<Response, Response> {
    page.forget(AuthCookie::Social)?;
    let is_in_session_of = |caller: &Caller| linking.is_in_session_of(caller);
    if !page.caller.as_ref().is_some_and(is_in_session_of) {
        return Ok(page.message_to(StatusCode::GONE, "social-expired", Way::SIGN_IN));
    }
    match identity::link(&page.context, &profile.account, used).await {
        Ok(_) => Ok(done(&page, "identity-linked")),
        Err(Failure::Refused(NotLinked::Used)) => Ok(page.see_other(SECURITY)),
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

pub(in super::super) async fn unlink(mut sent: SubmittedForm<UnlinkForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Ok(done(&sent.page, "identity-unlinked"));
    }
    let (page, form) = sent.of_user_at(SECURITY)?;
    let outcome = identity::unlink(&page.context, &form.identity).await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(done(&page, "identity-unlinked"));
    }
    match outcome {
        Ok(_) => Ok(done(&page, "identity-unlinked")),
        Err(Failure::Refused(problem)) => Ok(refused(&page, SECTION, problem.into()).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}
