//! Our cookies in a request.

use axum::http::{HeaderMap, header};
use secrecy::SecretString;

use super::{super::whitespace::trim, AuthCookie, CookieScheme};

/// Our cookies in a request.
#[derive(Debug, Default)]
pub struct SentCookies {
    /// The access token, if it was sent exactly once.
    pub access: Option<SecretString>,
    /// The refresh token, if it was sent exactly once.
    pub refresh: Option<SecretString>,
    /// The value that forms are bound to, if it was sent exactly once.
    pub form: Option<SecretString>,
    /// The token that this browser is remembered by, if it was sent exactly once.
    pub remembered: Option<SecretString>,
    /// Whether a token was sent twice: browsers store one of each cookie that we set, so another program on the host or
    /// an attacker has added one. Then neither token counts.
    pub ambiguous: bool,
}

impl SentCookies {
    /// Reads our cookies.
    pub fn read(headers: &HeaderMap, scheme: Option<CookieScheme>) -> Self {
        let Some(scheme) = scheme else {
            return Self::default();
        };
        let mut sent = Self {
            form: scheme.find(AuthCookie::Form, headers).map(SecretString::from),
            remembered: scheme
                .find(AuthCookie::Remembered, headers)
                .map(SecretString::from),
            ..Self::default()
        };
        for (name, value) in pairs(headers) {
            let slot = if name == scheme.name(AuthCookie::Access).as_bytes() {
                &mut sent.access
            } else if name == scheme.name(AuthCookie::Refresh).as_bytes() {
                &mut sent.refresh
            } else {
                continue;
            };
            if !value.is_empty() {
                sent.ambiguous |= slot.replace(text(value).into()).is_some();
            }
        }
        if sent.ambiguous {
            (sent.access, sent.refresh) = (None, None);
        }
        sent
    }

    /// Whether there is a token, valid or not.
    pub fn is_any(&self) -> bool {
        self.ambiguous || self.access.is_some() || self.refresh.is_some()
    }
}

/// Names and values of all cookies in a request, as bytes (RFC 6265, section 4.2.1): between semicolons, without
/// surrounding spaces and tabs. Skips parts without `=`, which have no name.
pub(super) fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let values = headers.get_all(header::COOKIE).iter();
    values
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            let (name, value) = pair.split_at_checked(at)?;
            Some((trim(name), trim(value.get(1..)?)))
        })
}

/// A value as text. Our values are ASCII, so a value that is not UTF-8 is not ours, and its decoding does not matter.
pub(super) fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

/// A name without surrounding characters that no HTTP token can contain (RFC 9110, section 5.6.2), such as any kind of
/// white space.
pub(super) fn bare(name: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let start = name.iter().position(is_part).unwrap_or(0);
    let end = name.iter().rposition(is_part).map_or(0, |last| last + 1);
    name.get(start..end).unwrap_or_default()
}
