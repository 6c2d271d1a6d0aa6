//! The media types that a client accepts (RFC 9110, section 12.5.1).

use std::cmp::Reverse;

use axum::http::{HeaderMap, header};

use super::field_value::{Parameterized, members};

/// Whether a client prefers a web page to data, as browsers do when a person opens an address.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accepted = Accepted::read(headers);
    let html = accepted.preference("text", "html").filter(|it| it.is_named);
    html.is_some() && html > accepted.preference("application", "json")
}

/// The media ranges of all `Accept` headers of a request.
#[derive(Debug)]
pub struct Accepted<'a> {
    ranges: Vec<Range<'a>>,
    is_empty: bool,
}

/// A client's preference for one media type: ordered by weight, then by whether its range names the type in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Preference {
    weight: u16,
    /// Whether the range names the type without a wildcard.
    pub is_named: bool,
}

impl<'a> Accepted<'a> {
    /// Reads the ranges and skips invalid ones.
    pub fn read(headers: &'a HeaderMap) -> Self {
        let values = || headers.get_all(header::ACCEPT).iter();
        let is_separator = |byte: &u8| b", \t".contains(byte);
        Self {
            is_empty: values().all(|value| value.as_bytes().iter().all(is_separator)),
            ranges: values()
                .flat_map(|value| members(value.as_bytes()))
                .filter_map(Range::read)
                .collect(),
        }
    }

    /// Whether the client sent no range at all.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The client's preference for this type in UTF-8; `None` if it does not accept it. The most specific range that
    /// covers the type decides.
    pub fn preference(&self, type_: &str, subtype: &str) -> Option<Preference> {
        let covering = self.ranges.iter().filter(|it| it.covers(type_, subtype));
        let best = covering.max_by_key(|it| (it.specificity(), it.weight))?;
        (best.weight > 0).then_some(Preference {
            weight: best.weight,
            is_named: best.subtype != "*",
        })
    }
}

#[derive(Debug)]
struct Range<'a> {
    type_: &'a str,
    subtype: &'a str,
    has_charset: bool,
    weight: u16,
}

impl<'a> Range<'a> {
    fn read(member: &'a str) -> Option<Self> {
        let range = Parameterized::read(member)?;
        let weight = range.weight()?;
        // Java's HTTP client sends `*` for `*/*`.
        let (type_, subtype) = range
            .value
            .split_once('/')
            .or((range.value == "*").then_some(("*", "*")))?;
        if !range.values("charset").all(is_utf8) {
            return None;
        }
        let is_known = |name: &str| name.eq_ignore_ascii_case("q") || name.eq_ignore_ascii_case("charset");
        // Ignore the refusal of a variant that we never send; if a variant is requested, the type itself is the best
        // match.
        if weight == 0 && !range.parameters.iter().all(|(name, _)| is_known(name)) {
            return None;
        }
        Some(Self {
            type_,
            subtype,
            has_charset: range.values("charset").next().is_some(),
            weight,
        })
    }

    fn covers(&self, type_: &str, subtype: &str) -> bool {
        let is_any_subtype = self.subtype == "*";
        (self.type_ == "*" && is_any_subtype)
            || (self.type_.eq_ignore_ascii_case(type_)
                && (is_any_subtype || self.subtype.eq_ignore_ascii_case(subtype)))
    }

    fn specificity(&self) -> impl Ord + use<> {
        (
            Reverse(self.type_ == "*"),
            Reverse(self.subtype == "*"),
            self.has_charset,
        )
    }
}

/// Whether this is a name of UTF-8. `utf8` is not registered (RFC 3629, section 8), but some programs use it.
pub fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_prefer_pages() {
        let prefers = |accept| {
            prefers_html(&HeaderMap::from_iter([(
                header::ACCEPT,
                HeaderValue::from_static(accept),
            )]))
        };
        assert!(prefers(
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
        ));
        assert!(prefers("application/json;q=0.9, TEXT/HTML ; level=1"));
        for accept in [
            "*/*",
            "text/*",
            "",
            "text/html;q=0, */*",
            "text/html;q=0.5, application/json",
            "text/plain;a=\"text/html, text/html\"",
            "application/json",
        ] {
            assert!(!prefers(accept), "{accept}");
        }
    }
}
