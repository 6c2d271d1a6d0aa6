//! `/oauth/…`: sign-in with another provider.
//!
//! `/oauth/{provider}/start` leads to the provider, `/oauth/{provider}/callback` receives its answer. The flow is in a
//! cookie in between. `/oauth/address` and `/oauth/code` prove an address where the provider's word does not count.

pub(super) mod address;
pub(super) mod callback;
mod client_redirect;
pub(super) mod identities;
pub(super) mod posted;
pub(super) mod start;
mod way_back;

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use entity::session::TokenDelivery;

use self::client_redirect::{redirect_to_client, with_code, with_error};
use super::{form, mfa, next, page_context::PageContext, replay, response::Way};
use crate::{
    context::App,
    features::{
        form_receipt::Receipt,
        identity::provider_name,
        login::Output,
        one_time_token::SingleUse,
        session::SessionRequest,
        social_login::{Input, Linking, Refused, SocialProfile, Target, issue_code, sign_in},
    },
    platform::{
        failure::{Denied, Failed, Failure},
        http::cookies::AuthCookie,
    },
};

/// The routes that sign-ins with other providers need, also where the other pages are disabled.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/oauth/{provider}/start", get(start::show))
        .route(
            "/oauth/{provider}/callback",
            get(callback::show).post(posted::submit),
        )
        .route("/oauth/address", get(address::show).post(address::submit))
        .route(
            "/oauth/code",
            get(address::code::show).post(address::code::submit),
        )
}

/// The routes of the connected accounts.
pub(super) fn account_routes() -> Router<Arc<App>> {
    Router::new().route("/account/identities/unlink", form(post(identities::unlink)))
}

/// A provider to sign in with, as a link.
pub(super) struct ProviderLink {
    /// Where it leads.
    pub(super) to: String,
    /// Its text.
    pub(super) text: String,
}

/// The links to all providers, which lead to `next` after the sign-in.
pub(super) fn links(page: &PageContext, next: Option<&str>) -> Vec<ProviderLink> {
    let query = next::query(next);
    let providers = page.context.app.providers.all();
    let links = providers.map(|provider| ProviderLink {
        to: format!("/oauth/{}/start{query}", provider.id()),
        text: page
            .t
            .with("continue-with", &[("provider", provider.name().into())]),
    });
    links.collect()
}

/// Why a sign-in fails: the name of the texts for a page, and the code for a client.
#[derive(Debug, Clone, Copy)]
struct SocialLoginError {
    status: StatusCode,
    texts: &'static str,
    code: &'static str,
}

impl SocialLoginError {
    const fn new(status: StatusCode, texts: &'static str, code: &'static str) -> Self {
        Self { status, texts, code }
    }

    const NO_ADDRESS: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "social-no-address",
        "EMAIL_NOT_VERIFIED",
    );
    const USED: Self = Self::new(StatusCode::GONE, "social-expired", "TOKEN_INVALID");

    /// The provider cannot be reached; `links` says whether the person is signed in and connects an account.
    const fn unreachable(links: bool) -> Self {
        let texts = if links {
            "social-link-unreachable"
        } else {
            "social-unreachable"
        };
        Self::new(StatusCode::BAD_GATEWAY, texts, "PROVIDER_UNREACHABLE")
    }

    /// The provider refused, or its response did not verify.
    const fn rejected(links: bool) -> Self {
        let texts = if links {
            "social-link-rejected"
        } else {
            "social-rejected"
        };
        Self::new(StatusCode::BAD_REQUEST, texts, "PROVIDER_REJECTED")
    }

    /// The person did not agree.
    const fn declined(links: bool) -> Self {
        let texts = if links {
            "social-link-declined"
        } else {
            "social-declined"
        };
        Self::new(StatusCode::OK, texts, "ACCESS_DENIED")
    }

    const fn of(refused: Refused) -> Self {
        match refused {
            Refused::Used | Refused::DeviceName(_) => Self::USED,
            Refused::AddressNeeded => Self::NO_ADDRESS,
            Refused::AccountExists => {
                Self::new(StatusCode::CONFLICT, "social-account-exists", "ACCOUNT_EXISTS")
            }
            Refused::AccountDisabled => {
                Self::new(StatusCode::FORBIDDEN, "account-disabled", "ACCOUNT_DISABLED")
            }
            Refused::EmailNotVerified => {
                Self::new(StatusCode::FORBIDDEN, "social-not-verified", "EMAIL_NOT_VERIFIED")
            }
            Refused::SignupDisabled => {
                Self::new(StatusCode::FORBIDDEN, "social-signup-closed", "SIGNUP_DISABLED")
            }
        }
    }

    /// The response: a sentence on a page, or an error at the address of the client.
    fn response(self, page: &PageContext, provider: &str, target: &Target) -> Response {
        match target {
            Target::Page { .. } => {
                let way = if page.caller.is_some() {
                    Way::SECURITY
                } else {
                    Way::SIGN_IN
                };
                page.message_about(self.status, self.texts, provider, way)
            }
            Target::Client { redirect_url, .. } => {
                let values = [("provider", provider.into())];
                let text = page.t.with(&format!("{}-text", self.texts), &values);
                redirect_to_client(page, &with_error(redirect_url, self.code, &text))
            }
        }
    }
}

/// The response to a failure: a page; for a client, an error at its address if it can try again.
fn failed_at(page: &PageContext, failed: Failed, target: &Target) -> Response {
    match (failed, target) {
        (Failed::Denied(Denied::RateLimited { retry_after }), Target::Client { redirect_url, .. }) => {
            let text = page.too_many(retry_after);
            redirect_to_client(page, &with_error(redirect_url, "RATE_LIMITED", &text))
        }
        (failed, _) => page.failed(failed),
    }
}

/// What a page does with a person whose address is certain: signs them in, or leads back to their client.
async fn complete(
    mut page: PageContext,
    target: Target,
    linking: Option<Linking>,
    profile: SocialProfile,
    used: SingleUse,
) -> Result<Response, Response> {
    page.forget(AuthCookie::Social)?;
    let (redirect_url, code_challenge) = match target {
        Target::Client {
            redirect_url,
            code_challenge,
        } => (redirect_url, code_challenge),
        Target::Page { next } => return enter(page, next.as_deref(), profile, used).await,
    };
    match issue_code(&page.context, profile, code_challenge, linking, &used).await {
        Ok(code) => Ok(redirect_to_client(&page, &with_code(&redirect_url, &code))),
        Err(Failure::Refused(_)) => Ok(redirect_to_client(
            &page,
            &with_error(
                &redirect_url,
                SocialLoginError::USED.code,
                &page.t.text("social-expired-text"),
            ),
        )),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// Signs the person in, with cookies.
async fn enter(
    mut page: PageContext,
    next: Option<&str>,
    profile: SocialProfile,
    used: SingleUse,
) -> Result<Response, Response> {
    let input = Input {
        profile,
        used,
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
        receipt_key: None,
    };
    let next = next::allowed(&page.context.app.config, next).map(str::to_owned);
    let outcome = sign_in(&page.context, &input).await;
    let receipt = page.receipt_after(&outcome).await;
    if let Some(receipt) = receipt.filter(Receipt::has_session) {
        return replay::signed_in(page, receipt, next.as_deref()).await;
    }
    match outcome {
        Ok(Output::SignedIn(signed_in)) => {
            page.note_sign_in(&signed_in.user);
            page.cookies.extend(signed_in.session.tokens.cookies);
            Ok(page.to_next(next.as_deref()))
        }
        Ok(Output::Challenge(challenge)) => mfa::wait(page, &challenge, next.as_deref()),
        Err(Failure::Refused(refused)) => {
            let target = Target::Page { next: None };
            let provider = provider_name(&page.context.app, &input.profile.account.provider);
            Ok(SocialLoginError::of(refused).response(&page, provider, &target))
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}
