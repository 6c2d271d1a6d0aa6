//! Properties of reading `Accept` and `Content-Type` that must hold for any bytes.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{AnswerType, is_json};
use crate::platform::http::accept::prefers_html;

/// Whether the bytes are an `Accept` that allows a response, or a JSON media type.
///
/// # Panics
///
/// If a body that a form can send counts as JSON, or if a client that accepts JSON gets no response.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return false;
    };
    let with = |name, value: &HeaderValue| HeaderMap::from_iter([(name, value.clone())]);
    let headers = with(header::ACCEPT, &value);
    let answer = AnswerType::negotiate(&headers);
    // No client gets a type that it neither names nor covers with a wildcard.
    let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    let names_nothing = text.trim_matches([',', ' ', '\t']).is_empty();
    assert!(
        answer.is_none() || names_nothing || text.contains("json") || text.contains('*'),
        "a response of a type that was not accepted"
    );
    assert!(
        !prefers_html(&headers) || text.contains("text/html"),
        "a page that was not accepted"
    );
    let more = HeaderValue::try_from(format!("{text}, application/json"));
    if let Ok(more) = more {
        // An open quotation mark includes what follows.
        let refuses_utf8_or_json = text.contains("json") || text.contains('"');
        let answer = AnswerType::negotiate(&with(header::ACCEPT, &more));
        assert!(
            answer.is_some() || refuses_utf8_or_json,
            "a client that takes JSON gets none"
        );
    }

    let json = is_json(&with(header::CONTENT_TYPE, &value));
    // The types that a form on a foreign page can send without a preflight (Fetch, section 2.2.2).
    let of_forms = [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ];
    assert!(
        !json || !of_forms.iter().any(|it| text.trim_start().starts_with(it)),
        "a form counts as JSON"
    );
    assert!(
        !json || text.trim_start().starts_with("application/json"),
        "something else counts as JSON"
    );
    json || answer.is_some()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn headers_are_read_without_a_surprise() {
        const PIECES: &[&str] = &[
            "application/json",
            "application/graphql-response+json",
            "text/html",
            "text/plain",
            "*/*",
            "application/*",
            "*",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            ",",
            ", ",
            ";",
            "; ",
            "q=",
            "0",
            "1",
            "0.5",
            "=",
            "charset=utf-8",
            "charset=\"utf-8\"",
            "charset=utf-7",
            "\"",
            "\\",
            "/",
            "+json",
            "é",
            "\t",
            "q=NaN",
            "q=-0",
            "inf",
        ];
        keeps(20, vec(any::<u8>(), 0..40), |bytes| check(bytes));
        let read = keeps(60, pieces(PIECES, 6), |text| check(text.as_bytes()));
        assert!(read > 300, "only {read} are understood");
    }
}
