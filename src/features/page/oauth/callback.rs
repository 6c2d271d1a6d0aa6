//! `/oauth/{provider}/callback`: the answer of a provider.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use secrecy::SecretString;

use super::{SocialLoginError, address, complete, failed_at, identities};
use crate::{
    features::{
        identity::provider_name,
        page::{link::only, next::ACCOUNT, page_context::PageContext, response::Way},
        social_login::{AddressNeeded, Callback, CallbackError, Target, address_needed, receive},
    },
    platform::http::cookies::AuthCookie,
};

pub(in super::super) async fn show(
    page: PageContext,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Response> {
    Box::pin(receive_at(page, &id, read(&query.unwrap_or_default()))).await
}

/// The parameters of an answer. One that is given twice counts as missing.
pub(super) fn read(query: &str) -> Callback {
    Callback {
        state: only(query, "state").map(SecretString::from),
        code: only(query, "code").map(SecretString::from),
        error: only(query, "error"),
        iss: only(query, "iss"),
    }
}

/// Receives an answer in the browser that began the flow.
pub(super) async fn receive_at(
    mut page: PageContext,
    id: &str,
    callback: Callback,
) -> Result<Response, Response> {
    let cookie = page.kept(AuthCookie::Social).cloned();
    let Some(answered) = receive(&page.context, id, cookie.as_ref(), callback).await else {
        // The page may have been loaded again after it had worked.
        return Ok(if page.caller.is_some() {
            page.see_other(ACCOUNT)
        } else {
            page.message_to(StatusCode::GONE, "social-expired", Way::SIGN_IN)
        });
    };
    let (target, linking) = (answered.target, answered.linking);
    let received = match answered.result {
        Ok(received) => received,
        Err(problem) => {
            page.forget(AuthCookie::Social)?;
            let links = linking.is_some();
            let problem = match problem {
                CallbackError::Declined => SocialLoginError::declined(links),
                CallbackError::Rejected => SocialLoginError::rejected(links),
                CallbackError::Unreachable => SocialLoginError::unreachable(links),
                CallbackError::Failed(failed) => return Ok(failed_at(&page, failed, &target)),
            };
            let provider = provider_name(&page.context.app, id);
            return Ok(problem.response(&page, provider, &target));
        }
    };
    let used = received.used(&page.context.app);
    if let Some(linking) = linking {
        return match target {
            Target::Page { .. } => identities::link(page, &linking, &received.profile, &used).await,
            Target::Client { .. } => complete(page, target, Some(linking), received.profile, used).await,
        };
    }
    match page.done(address_needed(&page.context.app, &received.profile).await)? {
        None => complete(page, target, None, received.profile, used).await,
        Some(AddressNeeded::Any) => address::wait(page, received, target, None).await,
        Some(AddressNeeded::This(email)) => {
            address::wait(page, received, target, Some(email.display())).await
        }
    }
}
