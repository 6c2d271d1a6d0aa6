//! Pages that mailed links lead to.
//!
//! A link has a secret token. Programs that check mails open links, and addresses are logged, shared and kept: so a GET
//! changes nothing, and takes the token out of the address at once, into a cookie of that page. The form has no token,
//! only a part of its hash, so that it cannot act on a link that was opened since. The cookie is cleared once the link
//! was used (OWASP ASVS 5.0, 3.5.3 and 14.2.1).

pub(super) mod confirm;
mod confirm_view;
pub(super) mod new_password;
pub(super) mod report;
pub(super) mod sign_in;
pub(super) mod undo;
mod view;

use std::time::Duration;

use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::{link::MailedToken, page_context::PageContext, response::Way, submitted_form::SubmittedForm};
use crate::{
    features::one_time_token::{PresentedToken, TokenProblem},
    platform::http::cookies::AuthCookie,
};

/// How long a browser keeps the token of a link that it has opened. Most links live no longer.
const LINK_TTL: Duration = Duration::from_hours(1);

/// Length of the part of a token's hash that a form has.
const TAG_LENGTH: usize = 16;

/// The notices that these pages can show.
pub(super) const NOTICES: [&str; 2] = ["form-out-of-date", "form-without-cookie"];

/// A page that a mailed link leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct MailedPage {
    /// Its path, to which its form is sent, too.
    pub(super) path: &'static str,
    /// The cookie for the token.
    pub(super) cookie: AuthCookie,
    /// How long the cookie lives.
    pub(super) keep_for: Duration,
    /// Where to go if the link does not work.
    pub(super) instead: Way,
}

impl MailedPage {
    /// A page whose links live for an hour or longer.
    const fn new(path: &'static str, cookie: AuthCookie, instead: Way) -> Self {
        Self {
            path,
            cookie,
            keep_for: LINK_TTL,
            instead,
        }
    }

    /// The token of the link that this browser has opened. If the token is still in the address, a redirect to the page
    /// without it.
    pub(super) fn opened(
        self,
        page: &mut PageContext,
        token: &MailedToken,
    ) -> Result<SecretString, Response> {
        match token {
            MailedToken::Given(token) => page.keep_secret(self.cookie, token, self.keep_for)?,
            MailedToken::Malformed => page.forget(self.cookie)?,
            MailedToken::Missing => return self.held(page),
        }
        Err(page.see_other(self.path))
    }

    fn held(self, page: &PageContext) -> Result<SecretString, Response> {
        let token = page.kept(self.cookie).cloned();
        token.ok_or_else(|| page.message_to(StatusCode::NOT_FOUND, "no-link", self.instead))
    }

    /// The form and its token. A redirect to the page if it is not ours, or about another link.
    pub(super) fn sent<T>(
        self,
        sent: SubmittedForm<AboutLink<T>>,
    ) -> Result<(PageContext, T, SecretString), Response> {
        let SubmittedForm { page, form, validity } = sent;
        let token = self.held(&page)?;
        let notice = match validity.notice() {
            None if tag(&token) != form.about => Some("form-out-of-date"),
            notice => notice,
        };
        match notice {
            Some(notice) => Err(page.see_other(&format!("{}?notice={notice}", self.path))),
            None => Ok((page, form.form, token)),
        }
    }

    /// The response to a link that does not work.
    pub(super) fn dead(self, mut page: PageContext, problem: TokenProblem) -> Result<Response, Response> {
        page.forget(self.cookie)?;
        let (status, kind) = match problem {
            TokenProblem::Invalid => (StatusCode::NOT_FOUND, "link-invalid"),
            TokenProblem::Expired => (StatusCode::GONE, "link-expired"),
        };
        Ok(page.message_to(status, kind, self.instead))
    }
}

/// A form about a link.
#[derive(Deserialize)]
pub(super) struct AboutLink<T> {
    /// The [`tag`] of its token.
    #[serde(default)]
    about: String,
    #[serde(flatten)]
    form: T,
}

/// Distinguishes this token from others, and reveals nothing of it.
pub(super) fn tag(token: &SecretString) -> String {
    let token = PresentedToken::parse(token);
    let tag = token.as_ref().and_then(|token| token.as_str().get(..TAG_LENGTH));
    tag.unwrap_or_default().to_owned()
}

impl PageContext {
    /// Redirects to where the visitor reads what happened: the account if signed in, else the sign-in page.
    pub(super) fn to_result(&self, notice: &str) -> Response {
        match self.caller {
            Some(_) => self.see_other(&format!("/account?notice={notice}")),
            None => self.see_other(&format!("/login?notice={notice}-sign-in")),
        }
    }
}
