//! `/oauth/{provider}/start`: leads to a provider.
//!
//! A link on a page of this server leads on at once. From anywhere else, the page asks first, and names the application
//! that the sign-in is for: a foreign page must not send its visitors through a sign-in that they did not ask for. In
//! both cases the browser gets the cookie that the answer is bound to.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    response::Response,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use super::{
    ProviderLink, SocialLoginError,
    way_back::{application, way_back},
};
use crate::{
    context::App,
    features::{
        page::{
            link::only,
            next::{self, ACCOUNT, SECURITY},
            page_context::PageContext,
            response::{Frame, Way},
        },
        proof,
        social_login::{FLOW_TTL, Linking, NotBegun, StartRequest, Target, begin, open_request},
    },
    platform::{
        failure::Failure,
        http::{cookies::AuthCookie, page_origin::is_own_link},
        oidc::Provider,
    },
};

/// What the link asks for.
pub(in super::super) struct StartLink {
    next: Option<String>,
    /// The request of a client.
    request: Option<SecretString>,
    /// Whether to link an identity to the account.
    links: bool,
    /// Whether a page of this server has the link.
    is_own: bool,
}

impl FromRequestParts<Arc<App>> for StartLink {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            next: only(query, "next"),
            request: only(query, "request").map(SecretString::from),
            links: only(query, "link").is_some(),
            is_own: is_own_link(&parts.headers, &app.config),
        })
    }
}

#[derive(Template)]
#[template(path = "oauth_start.html")]
struct StartPage<'a> {
    frame: Frame<'a>,
    heading: String,
    /// What the sign-in is for, if it is not for this server's own pages.
    about: Option<String>,
    to: String,
    button: String,
    way_back: Option<ProviderLink>,
}

pub(in super::super) async fn show(
    page: PageContext,
    Path(id): Path<String>,
    link: StartLink,
) -> Result<Response, Response> {
    let app = page.context.app.clone();
    let Some(provider) = app.providers.find(&id) else {
        return Ok(page.message_to(StatusCode::NOT_FOUND, "missing", Way::SIGN_IN));
    };
    let (target, linking) = match parse_link(&page, &id, &link) {
        Ok(wanted) => wanted,
        Err(response) => return Ok(response),
    };
    if !link.is_own {
        let name = provider.name();
        return Ok(confirmation_page(
            &page,
            name,
            &id,
            &link,
            &target,
            linking.is_some(),
        ));
    }
    if linking.is_none() && matches!(target, Target::Page { .. }) && page.caller.is_some() {
        return Ok(page.see_other(link_target(&target).unwrap_or(ACCOUNT)));
    }
    redirect_to_provider(page, provider, target, linking).await
}

fn link_target(target: &Target) -> Option<&str> {
    match target {
        Target::Page { next } => next.as_deref(),
        Target::Client { .. } => None,
    }
}

/// What the link asks for; else the response.
fn parse_link(page: &PageContext, id: &str, link: &StartLink) -> Result<(Target, Option<Linking>), Response> {
    let app = &page.context.app;
    if let Some(text) = &link.request {
        let request: Option<StartRequest> = open_request(app, text);
        let request = request.filter(|request| request.provider == id);
        let expired = || page.message_to(StatusCode::GONE, "social-expired", Way::SIGN_IN);
        let request = request.ok_or_else(expired)?;
        // Somebody else's link: it would connect this person's account at the provider to a stranger's here.
        let is_of_another = |linking: &Linking| {
            let caller = page.caller.as_ref();
            caller.is_some_and(|caller| !linking.is_by(caller))
        };
        if request.linking.as_ref().is_some_and(is_of_another) {
            return Err(expired());
        }
        return Ok((request.target, request.linking));
    }
    if !app.config.pages {
        return Err(page.message_to(StatusCode::NOT_FOUND, "missing", Way::SIGN_IN));
    }
    if !link.links {
        let next = next::allowed(&app.config, link.next.as_deref()).map(str::to_owned);
        return Ok((Target::Page { next }, None));
    }
    let Some(caller) = &page.caller else {
        return Err(page.to_login_for(SECURITY));
    };
    // A foreign page must not begin to change an account.
    if !link.is_own {
        return Err(page.see_other(SECURITY));
    }
    if proof::step_up(&page.context, caller).is_none() {
        return Err(page.see_other("/reauthenticate?next=%2Faccount%2Fsecurity&notice=confirm-first"));
    }
    Ok((Target::Page { next: None }, Some(Linking::of(caller))))
}

async fn redirect_to_provider(
    mut page: PageContext,
    provider: &Provider,
    target: Target,
    linking: Option<Linking>,
) -> Result<Response, Response> {
    let links = linking.is_some();
    match begin(&page.context.app, provider, target.clone(), linking).await {
        Ok(begun) => {
            page.keep_secret(AuthCookie::Social, &begun.cookie, FLOW_TTL)?;
            Ok(page.see_other(begun.location.as_str()))
        }
        Err(Failure::Refused(NotBegun::Unreachable)) => {
            Ok(SocialLoginError::unreachable(links).response(&page, provider.name(), &target))
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The page that asks whether the visitor wants to sign in there.
fn confirmation_page(
    page: &PageContext,
    provider: &str,
    id: &str,
    link: &StartLink,
    target: &Target,
    links: bool,
) -> Response {
    let t = &page.t;
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(request) = &link.request {
        query.append_pair("request", request.expose_secret());
    } else if let Some(next) = link_target(target) {
        query.append_pair("next", next);
    }
    let query = query.finish();
    let about = match target {
        Target::Page { .. } => None,
        Target::Client { redirect_url, .. } => {
            let name = if links { "social-link-for" } else { "social-for" };
            Some(t.with(name, &[("application", application(page, redirect_url).into())]))
        }
    };
    let label = if links { "connect" } else { "continue-with" };
    let nonce = page.nonce();
    let template = StartPage {
        frame: page.frame(&nonce, None),
        heading: t.with(label, &[("provider", provider.into())]),
        about,
        to: format!("/oauth/{id}/start?{query}"),
        button: t.with(label, &[("provider", provider.into())]),
        way_back: way_back(page, target),
    };
    page.page(StatusCode::OK, &nonce, &template)
}
