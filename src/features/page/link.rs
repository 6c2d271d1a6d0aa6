//! The query parameters of a link to a page.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use secrecy::SecretString;
use url::form_urlencoded;

use crate::features::one_time_token::PresentedToken;

/// The query of a link. Anybody can make links: unknown parameters are ignored, and one that is given twice counts as
/// missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// Where to go after a sign-in. Must be checked before it is used.
    pub(super) next: Option<String>,
    /// The notice to show.
    pub(super) notice: Option<String>,
    /// By what a proof must be given, if only one kind suffices.
    pub(super) by: Option<String>,
}

impl Link {
    fn read(query: &str) -> Self {
        Self {
            next: only(query, "next"),
            notice: only(query, "notice"),
            by: only(query, "by"),
        }
    }
}

/// The token of a mailed link.
#[derive(Debug)]
pub(super) enum MailedToken {
    /// The address has none.
    Missing,
    /// It is cut off, mistyped, or given twice.
    Malformed,
    /// It has the form of a token. It may be unknown.
    Given(SecretString),
}

impl MailedToken {
    fn read(query: &str) -> Self {
        if !form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "token") {
            return Self::Missing;
        }
        let token = only(query, "token").map(|token| SecretString::from(token.trim()));
        match token.filter(|token| PresentedToken::parse(token).is_some()) {
            Some(token) => Self::Given(token),
            None => Self::Malformed,
        }
    }
}

/// The value of a parameter that is given once.
pub(super) fn only(query: &str, wanted: &str) -> Option<String> {
    let mut values = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == wanted)
        .map(|(_, value)| value.into_owned());
    values.next().filter(|_| values.next().is_none())
}

impl<S: Sync> FromRequestParts<S> for Link {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

impl<S: Sync> FromRequestParts<S> for MailedToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::{features::one_time_token::TokenSecret, platform::rng::SystemRng};

    #[test]
    fn only_a_whole_token_goes_into_a_cookie() {
        let token = TokenSecret::new(&SystemRng).text().expose_secret().to_owned();
        for (query, is_given) in [
            (format!("token={token}"), true),
            (format!("utm=x&token={token}%20&y"), true),
            (format!("token={token}&token={token}"), false),
            (format!("token={}", &token[..50]), false),
            (format!("token={token}%3B%20Domain%3Devil.example"), false),
            ("token".to_owned(), false),
        ] {
            match MailedToken::read(&query) {
                MailedToken::Given(read) => assert!(is_given && read.expose_secret() == token, "{query}"),
                MailedToken::Malformed => assert!(!is_given, "{query}"),
                MailedToken::Missing => panic!("{query}"),
            }
        }
        assert!(matches!(MailedToken::read("notice=x"), MailedToken::Missing));
        assert!(!format!("{:?}", MailedToken::read(&format!("token={token}"))).contains(&token[4..]));
    }

    #[test]
    fn what_is_not_understood_counts_as_not_said() {
        let link = |next: Option<&str>, notice: Option<&str>| Link {
            next: next.map(str::to_owned),
            notice: notice.map(str::to_owned),
            by: None,
        };
        for (query, read) in [
            ("", link(None, None)),
            ("next=%2Faccount", link(Some("/account"), None)),
            ("x=1&notice=ended&&=", link(None, Some("ended"))),
            ("next=/account&next=https://evil.example", link(None, None)),
            (
                "next=/account&next=/account&notice=ended",
                link(None, Some("ended")),
            ),
            ("next", link(Some(""), None)),
            ("next=%ff%zz", link(Some("\u{fffd}%zz"), None)),
        ] {
            assert_eq!(Link::read(query), read, "{query}");
        }
    }
}
