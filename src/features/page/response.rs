//! The responses of pages.

use std::time::Duration;

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};

use url::Url;

use super::page_context::PageContext;
use crate::platform::failure::{Denied, Failed, Failure, Fault, Outcome, whole_seconds};

/// A short page with one message.
#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    frame: Frame<'a>,
    heading: String,
    text: String,
    /// None where there is no such page.
    way: Option<Way>,
}

/// Where a message leads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// The address.
    pub(super) to: &'static str,
    /// Name of the link's text.
    pub(super) text: &'static str,
}

impl Way {
    /// To the start.
    pub(super) const BACK: Self = Self {
        to: "/",
        text: "back",
    };
    /// To the page of the second factors and connected accounts.
    pub(super) const SECURITY: Self = Self {
        to: "/account/security",
        text: "security",
    };
    /// To the page that asks for an address.
    pub(super) const ADDRESS: Self = Self {
        to: "/oauth/address",
        text: "ask-for-code",
    };
    /// To the sign-in page.
    pub(super) const SIGN_IN: Self = Self {
        to: "/login",
        text: "back-to-sign-in",
    };
}

pub(super) use super::page_context::Frame;

impl PageContext {
    /// Renders a page.
    pub(super) fn page(&self, status: StatusCode, nonce: &str, page: &impl Template) -> Response {
        match page.render() {
            Ok(html) => self.html(status, nonce, html),
            Err(error) => self.fault(&Fault::new("render a page", error)),
        }
    }

    /// The same for a page whose script loads pages of this server.
    pub(super) fn page_that_fetches(
        &self,
        status: StatusCode,
        nonce: &str,
        page: &impl Template,
    ) -> Response {
        let mut response = self.page(status, nonce, page);
        let policy = format!("{}; connect-src 'self'", self.policy(nonce));
        if let Ok(policy) = HeaderValue::try_from(policy) {
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    fn html(&self, status: StatusCode, nonce: &str, html: String) -> Response {
        let mut response = Response::new(Body::from(html));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        if let Ok(policy) = HeaderValue::try_from(self.policy(nonce)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        self.finish(response)
    }

    /// The content security policy. Only the page's own styles and scripts run. Forms go to this server, and from there
    /// to the addresses that a sign-in may lead to, which browsers also treat as targets of the form. Only their
    /// origins are listed: a policy has no queries, and browsers ignore paths after a redirect.
    fn policy(&self, nonce: &str) -> String {
        let urls = self.context.app.config.redirect_urls.iter();
        let origins = urls.filter_map(|url| Some(Url::parse(url).ok()?.origin().ascii_serialization()));
        let targets: Vec<String> = std::iter::once("'self'".to_owned()).chain(origins).collect();
        format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; \
             form-action {}; base-uri 'none'; frame-ancestors 'none'",
            targets.join(" ")
        )
    }

    /// Redirects the browser by GET.
    pub(super) fn see_other(&self, to: &str) -> Response {
        self.finish(Redirect::to(to).into_response())
    }

    /// A text file that the browser saves under this name.
    pub(super) fn file(&self, name: &'static str, text: String) -> Response {
        let mut response = Response::new(Body::from(text));
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, kind);
        if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        self.finish(response)
    }

    /// The response with the headers and cookies of all pages.
    pub(super) fn finish(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        // With `no-referrer`, browsers would not send the origin of a form.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(
            "cross-origin-opener-policy",
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        append(headers, &self.cookies);
        response
    }

    /// The page for a failure that concerns no form.
    pub(super) fn failed(&self, failed: Failed) -> Response {
        match failed {
            Failed::Denied(Denied::Unauthenticated(_)) => self.to_login(),
            Failed::Denied(Denied::Unavailable { retry_after }) => {
                let response = self.message(StatusCode::SERVICE_UNAVAILABLE, "busy");
                to_retry(response, retry_after)
            }
            Failed::Denied(Denied::OutcomeUnknown { retry_after }) => {
                let response = self.message(StatusCode::SERVICE_UNAVAILABLE, "unknown-outcome");
                to_retry(response, retry_after)
            }
            Failed::Denied(Denied::RateLimited { retry_after }) => {
                let text = self.too_many(retry_after);
                let response = self.message_of(StatusCode::TOO_MANY_REQUESTS, "too-many", text, Way::BACK);
                to_retry(response, retry_after)
            }
            Failed::Denied(Denied::MfaRequired) => self.to_factors(),
            Failed::Denied(Denied::CsrfBlocked | Denied::Forbidden | Denied::BadUserInput(_)) => {
                self.message(StatusCode::FORBIDDEN, "foreign")
            }
            Failed::Fault(fault) => self.fault(&fault),
        }
    }

    fn fault(&self, fault: &Fault) -> Response {
        tracing::error!(cause = %fault.chain(), "a page failed");
        self.message(StatusCode::INTERNAL_SERVER_ERROR, "fault")
    }

    /// The message that there were too many attempts, and when to try again.
    pub(super) fn too_many(&self, retry_after: Duration) -> String {
        let minutes = whole_seconds(retry_after).div_ceil(60);
        self.t.with("too-many-text", &[("minutes", minutes.into())])
    }

    /// The same for codes of an app: other factors may still be given.
    pub(super) fn too_many_codes(&self, retry_after: Duration) -> String {
        let text = self.too_many(retry_after);
        format!("{text} {}", self.t.text("too-many-codes"))
    }

    /// A page with the texts of this kind.
    pub(super) fn message(&self, status: StatusCode, kind: &str) -> Response {
        let id = self.context.request_id.as_str();
        let text = self.t.with(&format!("{kind}-text"), &[("id", id.into())]);
        self.message_of(status, kind, text, Way::BACK)
    }

    /// A page with the texts of this kind, which leads there.
    pub(super) fn message_to(&self, status: StatusCode, kind: &str, way: Way) -> Response {
        let text = self.t.text(&format!("{kind}-text"));
        self.message_of(status, kind, text, way)
    }

    /// The same about a provider of this name.
    pub(super) fn message_about(&self, status: StatusCode, kind: &str, provider: &str, way: Way) -> Response {
        let values = [("provider", provider.into())];
        let text = self.t.with(&format!("{kind}-text"), &values);
        let heading = self.t.with(&format!("{kind}-heading"), &values);
        self.message_with(status, heading, text, way)
    }

    fn message_of(&self, status: StatusCode, kind: &str, text: String, way: Way) -> Response {
        let heading = self.t.text(&format!("{kind}-heading"));
        self.message_with(status, heading, text, way)
    }

    fn message_with(&self, status: StatusCode, heading: String, text: String, way: Way) -> Response {
        let nonce = self.nonce();
        let message = Message {
            frame: self.frame(&nonce, None),
            heading,
            text,
            way: Some(way).filter(|way| self.context.app.config.pages || way.to.starts_with("/oauth/")),
        };
        match message.render() {
            Ok(html) => self.html(status, &nonce, html),
            Err(_) => status.into_response(),
        }
    }
}

/// Adds the time after which the visitor may try again.
pub(super) fn to_retry(mut response: Response, after: Duration) -> Response {
    let seconds = HeaderValue::from(whole_seconds(after));
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// How long to wait, if the rate limit denied the attempt.
pub(super) fn limited<T, R>(outcome: &Outcome<T, R>) -> Option<Duration> {
    match outcome {
        Err(Failure::Failed(Failed::Denied(Denied::RateLimited { retry_after }))) => Some(*retry_after),
        _ => None,
    }
}

fn append(headers: &mut HeaderMap, cookies: &[HeaderValue]) {
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie.clone());
    }
}
