//! Reads, sets and clears the cookies of mails.

use std::time::Duration;

use axum::{http::HeaderValue, response::Response};
use secrecy::SecretString;

use super::page_context::PageContext;
use crate::platform::{
    failure::Fault,
    http::cookies::{AuthCookie, CookieScheme},
};

impl PageContext {
    /// The secret in this cookie.
    pub(super) fn kept(&self, cookie: AuthCookie) -> Option<&SecretString> {
        self.kept.find(cookie)
    }

    /// Makes the browser keep a secret for this time.
    pub(super) fn keep_secret(
        &mut self,
        cookie: AuthCookie,
        secret: &SecretString,
        keep_for: Duration,
    ) -> Result<(), Response> {
        let set = |scheme: CookieScheme| scheme.set(cookie, secret, keep_for);
        self.keep(self.cookie_by(set))
    }

    /// Makes the browser delete this cookie, if it has sent it.
    pub(super) fn forget(&mut self, cookie: AuthCookie) -> Result<(), Response> {
        if self.kept(cookie).is_none() {
            return Ok(());
        }
        self.keep(self.cookie_by(|scheme| scheme.clear(cookie)))
    }

    fn cookie_by(
        &self,
        write: impl FnOnce(CookieScheme) -> Result<HeaderValue, Fault>,
    ) -> Result<Option<HeaderValue>, Fault> {
        self.context.browser.cookie_scheme.map(write).transpose()
    }
}
