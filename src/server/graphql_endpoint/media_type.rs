//! The media types of requests and responses (RFC 9110, sections 8.3 and 12.5.1).

#[cfg(any(test, fuzzing))]
pub mod properties;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::platform::http::{
    accept::{Accepted, is_utf8},
    field_value::Parameterized,
};

/// The media types of responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerType {
    /// `application/json`: every well-formed GraphQL request is answered with 200.
    Json,
    /// `application/graphql-response+json`: the status shows the result.
    GraphqlResponse,
}

impl AnswerType {
    /// The type that the client prefers; none if it accepts neither.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let accepted = Accepted::read(headers);
        if accepted.is_empty() {
            return Some(Self::Json);
        }
        let json = accepted.preference("application", "json");
        let graphql = accepted.preference("application", "graphql-response+json");
        // A client that names both alike knows the newer one; a wildcard means the older one.
        match graphql {
            Some(preference) if graphql > json || (graphql == json && preference.is_named) => {
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

/// Whether a body is JSON in UTF-8. This refuses everything that a form can send without a preflight.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let text = str::from_utf8(value.as_bytes()).ok();
    text.and_then(Parameterized::read).is_some_and(|media_type| {
        media_type.value.eq_ignore_ascii_case("application/json") && media_type.values("charset").all(is_utf8)
    })
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
            (&[""], Some(Json)),
            (&[" ,"], Some(Json)),
            (&["*"], Some(Json)),
            (&["application/json;q=2"], None),
            (
                &["application/json ; q=0.5,application/graphql-response+json\t;\tQ=0.6"],
                Some(GraphqlResponse),
            ),
            (&["text/html;a=\"b, c\", application/json"], Some(Json)),
            (
                &["text/html;a=\", application/graphql-response+json\", application/json"],
                Some(Json),
            ),
            (&["application/json; charset=utf8;;q=1"], Some(Json)),
            (
                &["application/json;charset=utf-8;q=0.1, application/json, */*;q=0.5"],
                Some(GraphqlResponse),
            ),
            (&["application/json;q=0, */*;q=0"], None),
            (&["*/*;q=0"], None),
            (&["*/*;q=0, application/json"], Some(Json)),
            (
                &["application/*;q=0.2, application/graphql-response+json;q=0.1"],
                Some(Json),
            ),
            (&["application/json;version=2"], Some(Json)),
            (&["application/json;version=2;q=0, */*"], Some(Json)),
            (&["*/json"], None),
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
            "application/json ; charset=utf-8",
            "application/json\t;\tcharset=utf-8 ; profile=\"a;b, c\"",
            "application/json;",
            "application/json;; charset=utf-8",
            "application/json; charset=\"ut\\f-8\"",
            "application/json; Charset=utf8",
            "application/json; profile=a|b",
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
            "application/json; charset",
            "application/json; charset=",
            "application/json; charset=\"utf-8",
            "application/json; charset=utf-8 text/plain",
            "application/ json",
            "application/graphql",
            "application/json+x",
            "image/png",
        ] {
            assert!(!is_json(&[value]), "{value}");
        }
        assert!(!is_json(&[]));
        assert!(!is_json(&["application/json", "text/plain"]));
    }
}
