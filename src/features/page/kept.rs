//! The secrets of mails that a browser keeps in short-lived cookies: the token of a link that it has opened, and the
//! secret of a sign-in or a sign-up that waits for its mail.

use axum::http::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use crate::platform::http::cookies::{AuthCookie, CookieScheme};

/// The cookies of mails in a request.
#[derive(Debug, Default)]
pub(super) struct Kept(Vec<(AuthCookie, SecretString)>);

impl Kept {
    /// Reads them.
    pub(super) fn read(headers: &HeaderMap, scheme: Option<CookieScheme>) -> Self {
        let found = |cookie| Some((cookie, scheme?.find(cookie, headers)?.into()));
        Self(AuthCookie::OF_MAILS.into_iter().filter_map(found).collect())
    }

    /// The secret in this cookie.
    pub(super) fn find(&self, cookie: AuthCookie) -> Option<&SecretString> {
        let mut found = self.0.iter().filter(|(name, _)| *name == cookie);
        found
            .next()
            .map(|(_, value)| value)
            .filter(|value| !value.expose_secret().is_empty())
    }
}

/// What a browser keeps of a sign-in or a sign-up that waits for its mail.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    /// The secret of the client that began.
    pub(super) secret: SecretString,
    /// Where the sign-in leads. Anybody at the browser can change it: check it before it is used.
    pub(super) next: Option<String>,
}

impl Waiting {
    /// The value of the cookie: the secret, a dot, and the address, encoded.
    pub(super) fn to_cookie(&self) -> SecretString {
        let next = self.next.as_deref().unwrap_or_default();
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        format!("{}.{next}", self.secret.expose_secret()).into()
    }

    /// Reads the value of the cookie.
    pub(super) fn read(cookie: &SecretString) -> Self {
        let (secret, next) = cookie.expose_secret().split_once('.').unwrap_or_default();
        // Parsed as the name of a parameter: the value of the cookie has no other parts.
        let next = form_urlencoded::parse(next.as_bytes()).next();
        Self {
            secret: secret.into(),
            next: next.map(|(next, _)| next.into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_read_back_from_its_cookie() {
        for next in [None, Some("/account"), Some("https://a.example/?b=c;d&e=f g#h")] {
            let waiting = Waiting {
                secret: "pct_x-_".into(),
                next: next.map(str::to_owned),
            };
            let cookie = waiting.to_cookie();
            let text = cookie.expose_secret();
            assert!(!text.contains([';', ' ', ',', '"', '\\', '=']), "{text}");
            let read = Waiting::read(&cookie);
            assert_eq!(read.secret.expose_secret(), "pct_x-_");
            assert_eq!(read.next.as_deref(), next);
        }
        for odd in ["", "pct_x", ".", "..", ".=&=", "x.%ff%zz"] {
            Waiting::read(&odd.into());
        }
    }
}
