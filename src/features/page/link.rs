//! The query parameters of a link to a page.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use url::form_urlencoded;

/// The query of a link. Anybody can make links: unknown parameters are ignored, and one that is given twice counts as
/// missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// Where to go after a sign-in. Must be checked before it is used.
    pub(super) next: Option<String>,
    /// The notice to show.
    pub(super) notice: Option<String>,
}

impl Link {
    fn read(query: &str) -> Self {
        let only = |wanted: &str| {
            let mut values = form_urlencoded::parse(query.as_bytes())
                .filter(|(name, _)| name == wanted)
                .map(|(_, value)| value.into_owned());
            values.next().filter(|_| values.next().is_none())
        };
        Self {
            next: only("next"),
            notice: only("notice"),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Link {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_counts_as_not_said() {
        let link = |next: Option<&str>, notice: Option<&str>| Link {
            next: next.map(str::to_owned),
            notice: notice.map(str::to_owned),
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
