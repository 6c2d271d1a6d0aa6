//! The cookies of a browser's session, of its forms, and of the mailed links that it has opened.
//!
//! They are `HttpOnly`, so that no script can read them, and `SameSite=Lax`, so that only links from other sites send
//! them; [`super::request_auth`] blocks pages of sibling domains. The `__Host-` prefix makes browsers refuse them
//! without `Secure`, with a `Domain`, or from a sibling domain (RFC 6265bis, section 4.1.3.2; OWASP ASVS 5.0, 3.3).
//! Over plain http, which is only for this machine, browsers would not store such cookies: only there, prefix and
//! `Secure` are dropped.
//!
//! The prefix protects a name only if we compare names like browsers: by their bytes. To a browser, U+2000 before
//! `__Host-` makes another name, which any sibling domain can set; a parser that trims it would accept that cookie.

#[cfg(any(test, fuzzing))]
pub mod properties;
mod sent;
#[cfg(test)]
mod tests;

pub use sent::SentCookies;

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, SameSite, time};
use secrecy::{ExposeSecret as _, SecretString};

use self::sent::{bare, pairs, text};
use crate::platform::{config::PublicUrl, failure::Fault};

/// Maximum size of a cookie that browsers store: name and value (RFC 6265bis, section 5.7).
const MAX_BYTES: usize = 4096;

/// What browsers take from this server alone, and over https only.
const PREFIX: &str = "__Host-";

/// The cookies that this server sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthCookie {
    /// Contains the access token; lives as long as it.
    Access,
    /// Contains the refresh token; lives as long as the session.
    Refresh,
    /// Binds forms to the browser.
    Form,
    /// Contains the token of a mailed link that sets a new password, as do the next ones for other links: the address
    /// must not keep it.
    Reset,
    /// The token of an invitation.
    Invitation,
    /// The token of a link that confirms an address.
    Verify,
    /// The token of a link that confirms a changed address.
    Change,
    /// The token of a link that takes an address back.
    Undo,
    /// The token of a link that ends a reported session.
    Report,
    /// The token of a link that signs in.
    LoginLink,
    /// Contains the secret of a sign-in that waits for its mail.
    Challenge,
    /// Contains the secret of a sign-up that waits for its mail.
    Registration,
    /// Contains the secret of a sign-in that waits for its second factor.
    Mfa,
    /// Contains the token by which an account remembers the browser.
    Remembered,
    /// Contains a sign-in at another provider that waits for the answer, or for an address.
    Social,
}

/// How cookies are named and flagged, by the scheme of `public_url`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieScheme {
    /// Over https.
    Secure,
    /// Over plain http on this machine.
    Plain,
}

impl AuthCookie {
    /// All cookies.
    const ALL: [Self; 15] = [
        Self::Access,
        Self::Refresh,
        Self::Form,
        Self::Reset,
        Self::Invitation,
        Self::Verify,
        Self::Change,
        Self::Undo,
        Self::Report,
        Self::LoginLink,
        Self::Challenge,
        Self::Registration,
        Self::Mfa,
        Self::Remembered,
        Self::Social,
    ];

    /// The cookies of mails and of begun sign-ins: each contains a secret for an hour at most.
    pub const OF_MAILS: [Self; 11] = [
        Self::Reset,
        Self::Invitation,
        Self::Verify,
        Self::Change,
        Self::Undo,
        Self::Report,
        Self::LoginLink,
        Self::Challenge,
        Self::Registration,
        Self::Mfa,
        Self::Social,
    ];

    /// The name over https.
    const fn secure_name(self) -> &'static str {
        match self {
            Self::Access => "__Host-portcullis-access",
            Self::Refresh => "__Host-portcullis-refresh",
            Self::Form => "__Host-portcullis-form",
            Self::Reset => "__Host-portcullis-reset",
            Self::Invitation => "__Host-portcullis-invitation",
            Self::Verify => "__Host-portcullis-verify",
            Self::Change => "__Host-portcullis-change-email",
            Self::Undo => "__Host-portcullis-undo-email",
            Self::Report => "__Host-portcullis-end-session",
            Self::LoginLink => "__Host-portcullis-login-link",
            Self::Challenge => "__Host-portcullis-login-challenge",
            Self::Registration => "__Host-portcullis-registration",
            Self::Mfa => "__Host-portcullis-mfa",
            Self::Remembered => "__Host-portcullis-browser",
            Self::Social => "__Host-portcullis-social",
        }
    }
}

impl CookieScheme {
    /// The scheme for a server at this address; none for plain http on another machine, where cookies would be sent
    /// unencrypted.
    pub fn of(url: &PublicUrl) -> Option<Self> {
        match (url.is_https(), url.is_loopback()) {
            (true, _) => Some(Self::Secure),
            (false, true) => Some(Self::Plain),
            (false, false) => None,
        }
    }

    /// The cookie's name.
    pub fn name(self, cookie: AuthCookie) -> &'static str {
        let name = cookie.secure_name();
        match self {
            Self::Secure => name,
            Self::Plain => name.strip_prefix(PREFIX).unwrap_or(name),
        }
    }

    /// A `Set-Cookie` header that stores `value` for the time `keep_for`.
    pub fn set(
        self,
        cookie: AuthCookie,
        value: &SecretString,
        keep_for: Duration,
    ) -> Result<HeaderValue, Fault> {
        let value = value.expose_secret();
        if self.name(cookie).len() + value.len() > MAX_BYTES {
            let why = "it is longer than browsers store: put less into the tokens (`jwt_claims`), or give fewer roles";
            return Err(Fault::new("put a token into a cookie", why));
        }
        self.header(cookie, value, keep_for)
    }

    /// The value of the cookie in a request, if it was sent exactly once.
    pub fn find(self, cookie: AuthCookie, headers: &HeaderMap) -> Option<String> {
        let mut values = pairs(headers).filter(|(name, _)| *name == self.name(cookie).as_bytes());
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(text(value)),
            _ => None,
        }
    }

    /// Whether a request has a cookie whose name only resembles one of ours: it has additional characters around it, or
    /// another case. Browsers never change our cookies like that; an attacker does who can set cookies for this host,
    /// but none with our prefix.
    pub fn has_look_alike(self, headers: &HeaderMap) -> bool {
        let ours = AuthCookie::ALL.map(|cookie| self.name(cookie).as_bytes());
        pairs(headers).any(|(name, _)| {
            let bare = bare(name);
            !ours.contains(&name) && ours.iter().any(|ours| ours.eq_ignore_ascii_case(bare))
        })
    }

    /// Sets the cookies of a session: access token and refresh token, each with its lifetime.
    pub fn set_session(
        self,
        access: (&SecretString, Duration),
        refresh: (&SecretString, Duration),
    ) -> Result<SetCookies, Fault> {
        Ok(SetCookies(vec![
            self.set(AuthCookie::Access, access.0, access.1)?,
            self.set(AuthCookie::Refresh, refresh.0, refresh.1)?,
        ]))
    }

    /// Makes the browser delete the cookies of a session.
    pub fn clear_session(self) -> Result<SetCookies, Fault> {
        Ok(SetCookies(vec![
            self.clear(AuthCookie::Access)?,
            self.clear(AuthCookie::Refresh)?,
        ]))
    }

    /// A `Set-Cookie` header that makes the browser delete the cookie.
    pub fn clear(self, cookie: AuthCookie) -> Result<HeaderValue, Fault> {
        self.header(cookie, "", Duration::ZERO)
    }

    fn header(self, cookie: AuthCookie, value: &str, keep_for: Duration) -> Result<HeaderValue, Fault> {
        let seconds = i64::try_from(keep_for.as_secs()).unwrap_or(i64::MAX);
        let text = Cookie::build((self.name(cookie), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self == Self::Secure)
            .max_age(time::Duration::seconds(seconds))
            .to_string();
        let mut header = HeaderValue::try_from(text).map_err(|error| Fault::new("write a cookie", error))?;
        header.set_sensitive(true);
        Ok(header)
    }
}

/// Values of `Set-Cookie` headers.
#[derive(Debug, Clone, Default)]
pub struct SetCookies(Vec<HeaderValue>);

impl IntoIterator for SetCookies {
    type Item = HeaderValue;
    type IntoIter = std::vec::IntoIter<HeaderValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
