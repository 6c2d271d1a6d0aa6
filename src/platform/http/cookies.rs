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

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time};
use secrecy::{ExposeSecret as _, SecretString};

use super::whitespace::trim;
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
    const ALL: [Self; 11] = [
        Self::Access,
        Self::Refresh,
        Self::Form,
        Self::Reset,
        Self::Verify,
        Self::Change,
        Self::Undo,
        Self::Report,
        Self::LoginLink,
        Self::Challenge,
        Self::Registration,
    ];

    /// The cookies of mails: each contains a secret for an hour at most.
    pub const OF_MAILS: [Self; 8] = [
        Self::Reset,
        Self::Verify,
        Self::Change,
        Self::Undo,
        Self::Report,
        Self::LoginLink,
        Self::Challenge,
        Self::Registration,
    ];

    /// The name over https.
    const fn secure_name(self) -> &'static str {
        match self {
            Self::Access => "__Host-portcullis-access",
            Self::Refresh => "__Host-portcullis-refresh",
            Self::Form => "__Host-portcullis-form",
            Self::Reset => "__Host-portcullis-reset",
            Self::Verify => "__Host-portcullis-verify",
            Self::Change => "__Host-portcullis-change-email",
            Self::Undo => "__Host-portcullis-undo-email",
            Self::Report => "__Host-portcullis-end-session",
            Self::LoginLink => "__Host-portcullis-login-link",
            Self::Challenge => "__Host-portcullis-login-challenge",
            Self::Registration => "__Host-portcullis-registration",
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

/// Our cookies in a request.
#[derive(Debug, Default)]
pub struct SentCookies {
    /// The access token, if it was sent exactly once.
    pub access: Option<SecretString>,
    /// The refresh token, if it was sent exactly once.
    pub refresh: Option<SecretString>,
    /// The value that forms are bound to, if it was sent exactly once.
    pub form: Option<SecretString>,
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
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
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
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

/// A name without surrounding characters that no HTTP token can contain (RFC 9110, section 5.6.2), such as any kind of
/// white space.
fn bare(name: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let start = name.iter().position(is_part).unwrap_or(0);
    let end = name.iter().rposition(is_part).map_or(0, |last| last + 1);
    name.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PublicUrl {
        PublicUrl::parse(text).unwrap()
    }

    fn sent(cookies: &[&str], scheme: CookieScheme) -> (Option<String>, Option<String>, bool) {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(
                header::COOKIE,
                HeaderValue::from_bytes(cookie.as_bytes()).unwrap(),
            );
        }
        let sent = SentCookies::read(&headers, Some(scheme));
        let text = |value: Option<SecretString>| value.map(|value| value.expose_secret().to_owned());
        (text(sent.access), text(sent.refresh), sent.ambiguous)
    }

    #[test]
    fn prefix_and_secure_are_dropped_on_this_machines_plain_http_only() {
        for (address, scheme) in [
            ("https://accounts.example.com", Some(CookieScheme::Secure)),
            ("https://localhost", Some(CookieScheme::Secure)),
            ("http://localhost:8000", Some(CookieScheme::Plain)),
            ("http://127.0.0.1", Some(CookieScheme::Plain)),
            ("http://accounts.example.com", None),
            ("http://192.168.0.1", None),
        ] {
            assert_eq!(CookieScheme::of(&url(address)), scheme, "{address}");
        }
    }

    #[test]
    fn a_cookie_has_every_flag() {
        let minute = Duration::from_mins(1);
        let set = |scheme: CookieScheme| scheme.set(AuthCookie::Refresh, &"abc".into(), minute).unwrap();
        assert_eq!(
            set(CookieScheme::Secure),
            "__Host-portcullis-refresh=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );
        assert_eq!(
            set(CookieScheme::Plain),
            "portcullis-refresh=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
        );
        assert!(set(CookieScheme::Secure).is_sensitive());
        assert_eq!(
            CookieScheme::Secure.clear(AuthCookie::Access).unwrap(),
            "__Host-portcullis-access=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn a_value_that_browsers_would_drop_is_a_fault() {
        let long = |length: usize| "x".repeat(length).into();
        let set = |length| CookieScheme::Secure.set(AuthCookie::Access, &long(length), Duration::ZERO);
        assert!(set(4096 - 24).is_ok());
        assert!(set(4096 - 23).is_err());
    }

    #[test]
    fn our_cookies_are_found_among_others() {
        let some = |text: &str| Some(text.to_owned());
        let both = [
            "theme=dark; portcullis-access=a.b.c",
            "portcullis-refresh=pcr_x; other",
        ];
        assert_eq!(
            sent(&both, CookieScheme::Plain),
            (some("a.b.c"), some("pcr_x"), false)
        );
        // A name of the other scheme is not ours: anyone can set one without the prefix.
        assert_eq!(sent(&both, CookieScheme::Secure), (None, None, false));
        let twice = "portcullis-access=a; portcullis-refresh=pcr_x; portcullis-access=a";
        for twice in [
            &[twice][..],
            &["portcullis-refresh=pcr_x", "portcullis-refresh=pcr_y"],
        ] {
            assert_eq!(sent(twice, CookieScheme::Plain), (None, None, true));
        }
        assert_eq!(
            sent(&["portcullis-access="], CookieScheme::Plain),
            (None, None, false)
        );
        assert_eq!(
            sent(&["city=Köln; portcullis-access=a.b.c"], CookieScheme::Plain),
            (some("a.b.c"), None, false)
        );
        for odd in ["", ";;;", "=", "portcullis-access", "PORTCULLIS-ACCESS=a"] {
            assert_eq!(sent(&[odd], CookieScheme::Plain), (None, None, false), "{odd}");
        }
    }

    /// Bytes that a header can contain, and characters that Rust treats as white space.
    fn surrounding_text() -> Vec<Vec<u8>> {
        let bytes = (0..=u8::MAX).filter(|byte| HeaderValue::from_bytes(&[*byte]).is_ok());
        let spaces = ('\u{80}'..=char::MAX).filter(|character| character.is_whitespace());
        bytes
            .map(|byte| vec![byte])
            .chain(spaces.map(|space| space.to_string().into_bytes()))
            .collect()
    }

    #[test]
    fn a_cookie_is_ours_only_if_the_bytes_between_the_separators_are() {
        for scheme in [CookieScheme::Secure, CookieScheme::Plain] {
            for cookie in AuthCookie::ALL {
                let ours = scheme.name(cookie).as_bytes();
                for around in surrounding_text() {
                    for name in [[&around, ours].concat(), [ours, &around].concat()] {
                        let value = HeaderValue::from_bytes(&[&name[..], b"=pcr_x"].concat()).unwrap();
                        let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
                        // Separators end the part before them; surrounding spaces and tabs are trimmed.
                        let is_ours = matches!(&around[..], b" " | b"\t")
                            || name.starts_with(b";")
                            || name.ends_with(b"=");
                        assert_eq!(scheme.find(cookie, &headers).is_some(), is_ours, "{name:?}");
                        let sent = SentCookies::read(&headers, Some(scheme));
                        let is_of_session = matches!(cookie, AuthCookie::Access | AuthCookie::Refresh);
                        assert_eq!(sent.is_any(), is_ours && is_of_session, "{name:?}");
                        let is_space = around.len() > 1 || around[0] >= 0x80;
                        if is_space {
                            assert!(scheme.has_look_alike(&headers), "{name:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_name_of_ours_in_other_case_or_clothes_is_a_look_alike() {
        let is_found = |text: &str, scheme: CookieScheme| {
            let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();
            scheme.has_look_alike(&HeaderMap::from_iter([(header::COOKIE, value)]))
        };
        for text in [
            "__HOST-portcullis-access=a",
            "theme=dark; \u{2000}__Host-portcullis-form =a",
            "\"__Host-portcullis-refresh\"=a",
            "__Host-Portcullis-Reset=a",
            "\u{2000}__Host-portcullis-login-challenge=a",
        ] {
            assert!(is_found(text, CookieScheme::Secure), "{text}");
            assert!(!is_found(text, CookieScheme::Plain), "{text}");
        }
        for text in [
            "",
            "__Host-portcullis-access=a; __Host-portcullis-refresh=b; __Host-portcullis-form=c",
            " __Host-portcullis-access\t= a",
            "portcullis-access=a",
            "x__Host-portcullis-access=a",
            "a=\u{2000}__Host-portcullis-access; \u{2000}__Host-portcullis-access",
        ] {
            assert!(!is_found(text, CookieScheme::Secure), "{text}");
        }
    }
}
