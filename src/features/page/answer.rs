//! What a page is answered with.

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};

use url::Url;

use super::visit::Visit;
use crate::platform::failure::{Denied, Failure, Fault, Never};

/// A short page that tells one thing.
#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    frame: Frame<'a>,
    heading: String,
    text: String,
}

pub(super) use super::visit::Frame;

impl Visit {
    /// A page.
    pub(super) fn page(&self, status: StatusCode, nonce: &str, page: &impl Template) -> Response {
        match page.render() {
            Ok(html) => self.html(status, nonce, html),
            Err(error) => self.fault(&Fault::new("write a page", error)),
        }
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

    /// What may run on a page: what stands in it, and nothing else. Forms go to this server, and from there to the
    /// addresses that a sign-in may lead to, which browsers count as the form's own. Of these the origin is named:
    /// a policy knows no queries, and after a redirect browsers do not look at paths.
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

    /// Sends the browser on to another address, by GET.
    pub(super) fn see_other(&self, to: &str) -> Response {
        self.finish(Redirect::to(to).into_response())
    }

    fn finish(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        // With `no-referrer`, browsers would not tell the origin of a form.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(
            "cross-origin-opener-policy",
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        append(headers, &self.cookies);
        response
    }

    /// The page for what went wrong with no form in particular.
    pub(super) fn failed(&self, failure: Failure<Never>) -> Response {
        match failure {
            Failure::Refused(never) => match never {},
            Failure::Denied(Denied::Unauthenticated(_)) => self.to_login(),
            Failure::Denied(Denied::Unavailable { retry_after }) => {
                let mut response = self.message(StatusCode::SERVICE_UNAVAILABLE, "busy");
                let seconds = HeaderValue::from(retry_after.as_secs().max(1));
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
                response
            }
            Failure::Denied(Denied::CsrfBlocked | Denied::BadUserInput(_)) => {
                self.message(StatusCode::FORBIDDEN, "foreign")
            }
            Failure::Fault(fault) => self.fault(&fault),
        }
    }

    fn fault(&self, fault: &Fault) -> Response {
        tracing::error!(cause = %fault.chain(), "a page failed");
        self.message(StatusCode::INTERNAL_SERVER_ERROR, "fault")
    }

    /// A page with the texts of this kind.
    pub(super) fn message(&self, status: StatusCode, kind: &str) -> Response {
        let id = self.context.request_id.as_str();
        let nonce = self.nonce();
        let message = Message {
            frame: self.frame(&nonce, None),
            heading: self.t.text(&format!("{kind}-heading")),
            text: self.t.with(&format!("{kind}-text"), &[("id", id.into())]),
        };
        match message.render() {
            Ok(html) => self.html(status, &nonce, html),
            Err(_) => status.into_response(),
        }
    }
}

fn append(headers: &mut HeaderMap, cookies: &[HeaderValue]) {
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie.clone());
    }
}
