//! Which media type a request has, and which its answer may have (RFC 9110, sections 8.3 and 12.5.1).

#[cfg(any(test, fuzzing))]
pub mod promise;

use axum::http::{HeaderMap, HeaderValue, header};
use mime::Mime;

use crate::platform::http::whitespace::OWS;

/// The media types that answers come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerType {
    /// `application/json`: every well-formed GraphQL request is answered with 200.
    Json,
    /// `application/graphql-response+json`: the status tells how it went.
    GraphqlResponse,
}

impl AnswerType {
    /// What the client likes best; nothing when it takes neither.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let ranges = accepted(headers);
        if ranges.is_empty() && !headers.contains_key(header::ACCEPT) {
            return Some(Self::Json);
        }
        let json = Liking::of(&ranges, "application", "json");
        let graphql = Liking::of(&ranges, "application", "graphql-response+json");
        // Who names both alike knows the newer one; a wildcard stands for the older.
        match graphql {
            Some(liking) if graphql > json || (graphql == json && liking.named) => {
                Some(Self::GraphqlResponse)
            }
            _ => json.map(|_| Self::Json),
        }
    }

    /// Value of `Content-Type`.
    pub(super) const fn content_type(self) -> HeaderValue {
        match self {
            Self::Json => HeaderValue::from_static("application/json; charset=utf-8"),
            Self::GraphqlResponse => {
                HeaderValue::from_static("application/graphql-response+json; charset=utf-8")
            }
        }
    }
}

/// Whether the client likes a web page better than data, as browsers do for an address typed in.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    let ranges = accepted(headers);
    let html = Liking::of(&ranges, "text", "html").filter(|it| it.named);
    html.is_some() && html > Liking::of(&ranges, "application", "json")
}

/// Whether a body is JSON in UTF-8. Anything else that a form can send without a preflight is refused with this.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Some(media_type) = value.to_str().ok().and_then(|it| it.parse::<Mime>().ok()) else {
        return false;
    };
    media_type.essence_str() == mime::APPLICATION_JSON.essence_str() && is_utf8(&media_type)
}

/// How much a client likes one media type: by weight, then by whether it was named in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Liking {
    /// Thousandths, as a weight has at most three digits.
    weight: u16,
    named: bool,
}

impl Liking {
    /// The most specific range that covers the type decides.
    fn of(ranges: &[Range], type_: &str, subtype: &str) -> Option<Self> {
        let covering = ranges.iter().filter(|it| it.covers(type_, subtype));
        let best = covering.max_by_key(|it| (it.specificity(), it.weight))?;
        (best.weight > 0).then_some(Self {
            weight: best.weight,
            named: best.specificity() == 2,
        })
    }
}

struct Range {
    media_type: Mime,
    weight: u16,
}

impl Range {
    fn new(text: &str) -> Option<Self> {
        let media_type = text.trim_matches(OWS).parse::<Mime>().ok()?;
        let weight = match media_type.get_param("q") {
            None => 1_000,
            Some(q) => weight(q.as_str())?,
        };
        is_utf8(&media_type).then_some(Self { media_type, weight })
    }

    fn covers(&self, type_: &str, subtype: &str) -> bool {
        let (own_type, own_subtype) = (self.media_type.type_().as_str(), self.own_subtype());
        (own_type == "*" && own_subtype == "*")
            || (own_type == type_ && (own_subtype == "*" || own_subtype == subtype))
    }

    fn specificity(&self) -> u8 {
        u8::from(self.media_type.type_() != mime::STAR) + u8::from(self.own_subtype() != "*")
    }

    /// With its suffix, such as `+json`.
    fn own_subtype(&self) -> &str {
        self.media_type
            .essence_str()
            .split_once('/')
            .map_or("", |it| it.1)
    }
}

/// The ranges of all `Accept` headers; unreadable ones are passed over.
fn accepted(headers: &HeaderMap) -> Vec<Range> {
    let values = headers.get_all(header::ACCEPT).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(','))
        .filter_map(Range::new)
        .collect()
}

fn is_utf8(media_type: &Mime) -> bool {
    let mut charsets = media_type.params().filter(|(name, _)| *name == mime::CHARSET);
    charsets.all(|(_, charset)| charset == mime::UTF_8)
}

/// A weight in thousandths; nothing when it is none.
fn weight(text: &str) -> Option<u16> {
    let weight = text.parse::<f32>().ok().filter(|it| (0.0..=1.0).contains(it))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1000"
    )]
    Some((weight * 1_000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, values: &[&'static str]) -> HeaderMap {
        let values = values.iter().map(|it| HeaderValue::from_static(it));
        values.map(|value| (name.clone(), value)).collect()
    }

    #[test]
    fn the_answer_has_the_type_that_is_liked_best() {
        use AnswerType::{GraphqlResponse, Json};
        for (accept, expected) in [
            (&[] as &[_], Some(Json)),
            (&["*/*"], Some(Json)),
            (&["application/*"], Some(Json)),
            (&["application/json"], Some(Json)),
            (&["Application/JSON; charset=UTF-8"], Some(Json)),
            (&["application/json; charset=iso-8859-1"], None),
            (&["application/graphql-response+json"], Some(GraphqlResponse)),
            (
                &["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"],
                Some(GraphqlResponse),
            ),
            (
                &["application/json", "application/graphql-response+json"],
                Some(GraphqlResponse),
            ),
            (
                &["application/json;q=0.9, application/graphql-response+json;q=0.8"],
                Some(Json),
            ),
            (&["application/json, */*"], Some(Json)),
            (&["application/graphql-response+json, */*"], Some(GraphqlResponse)),
            (
                &["application/graphql-response+json;q=0.5, */*;q=0.9"],
                Some(Json),
            ),
            (&["application/json;q=0, */*"], Some(GraphqlResponse)),
            (&["application/json;q=0"], None),
            (&["text/html, image/gif, *; q=.2, */*; q=.2"], Some(Json)),
            (&["text/html"], None),
            (&["application/graphql+json"], None),
            (&[""], None),
            (&["application/json;q=2"], None),
        ] {
            assert_eq!(
                AnswerType::negotiate(&headers(&header::ACCEPT, accept)),
                expected,
                "{accept:?}"
            );
        }
    }

    #[test]
    fn only_json_in_utf8_is_a_body() {
        let is_json = |values: &[&'static str]| is_json(&headers(&header::CONTENT_TYPE, values));
        for value in [
            "application/json",
            "APPLICATION/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
        ] {
            assert!(is_json(&[value]), "{value}");
        }
        for value in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=a",
            "application/json; charset=utf-16",
            "application/json; charset=utf-8; charset=utf-7",
            "application/json, text/plain",
            "application/graphql",
            "application/json+x",
            "image/png",
        ] {
            assert!(!is_json(&[value]), "{value}");
        }
        assert!(!is_json(&[]));
        assert!(!is_json(&["application/json", "text/plain"]));
    }

    #[test]
    fn browsers_prefer_pages() {
        let prefers = |accept| prefers_html(&headers(&header::ACCEPT, &[accept]));
        assert!(prefers(
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
        ));
        assert!(!prefers("*/*"));
        assert!(!prefers("text/html;q=0.5, application/json"));
        assert!(!prefers("application/json"));
    }
}
