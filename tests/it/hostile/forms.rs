//! Methods, media types and addresses that a GraphQL request does not come by.

use serde_json::json;

use super::{
    CANARY,
    case::{Case, Expect, MEDIA_TYPE, METHOD},
};

pub(super) fn cases() -> Vec<Case> {
    [media_types(), accepts(), methods(), places()].concat()
}

fn mutation() -> Case {
    let document = format!(
        "mutation {{ signup(input: {{ name: \"Eve\", email: \"eve@example.com\", password: \"{CANARY}\" }}) {{ userErrors {{ code }} }} }}"
    );
    Case::json("", &json!({ "query": document }), MEDIA_TYPE)
}

fn named(mut case: Case, about: impl Into<String>, expect: Expect) -> Case {
    case.about = about.into();
    case.expect = expect;
    case
}

fn media_types() -> Vec<Case> {
    let mut cases = Vec::new();
    for media_type in [
        "text/plain",
        "text/plain; charset=utf-8",
        "text/plain;application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/graphql",
        "application/graphql+json",
        "application/graphql-response+json",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-7",
        "application/json; charset=utf-8; charset=utf-16",
        "application/json, text/plain",
        "application/json-patch+json",
        "application/jsonp",
        "application/problem+json",
        "application/octet-stream",
        "text/html",
        "text/json",
        "*/*",
        "json",
        "",
        ";",
        "application/",
        "application/json; charset",
    ] {
        let case = mutation().content_type(Some(media_type));
        cases.push(named(case, format!("the media type {media_type:?}"), MEDIA_TYPE));
    }
    cases.push(named(mutation().content_type(None), "no media type", MEDIA_TYPE));
    cases.push(named(
        mutation().header("content-type", "text/plain"),
        "two media types",
        MEDIA_TYPE,
    ));
    for encoding in [
        "gzip",
        "br",
        "deflate",
        "zstd",
        "gzip, gzip",
        "nope",
        "identity, gzip",
    ] {
        let case = mutation().header("content-encoding", encoding);
        cases.push(named(case, format!("the encoding {encoding:?}"), MEDIA_TYPE));
    }
    cases
}

fn accepts() -> Vec<Case> {
    let mut cases = Vec::new();
    for accept in [
        "text/html",
        "text/event-stream",
        "application/xml",
        "multipart/mixed",
        "application/json;q=0",
        "*/*;q=0",
        "application/json; charset=utf-16",
        "image/*",
        "application/graphql+json",
        "nonsense",
        "*/json",
        ";;;,,,",
    ] {
        let case = mutation().header("accept", accept);
        cases.push(named(
            case,
            format!("accepting {accept:?}"),
            Expect::Http(406, "NOT_ACCEPTABLE"),
        ));
    }
    let many = vec!["text/html;q=0.1"; 700].join(",");
    let case = mutation().header("accept", &many);
    cases.push(named(
        case,
        "accepting one type very often",
        Expect::Http(406, "NOT_ACCEPTABLE"),
    ));
    cases
}

fn methods() -> Vec<Case> {
    [
        "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "QUERY", "get", "post", "POSTT", "M-SEARCH", "GRAPHQL",
    ]
    .map(|method| named(mutation().method(method), format!("the method {method}"), METHOD))
    .to_vec()
}

fn places() -> Vec<Case> {
    let mut cases = Vec::new();
    for target in [
        "/GRAPHQL",
        "/graphql%2f",
        "/%67raphql%00",
        "/graphql;a=b",
        "/../graphql",
        "/.env",
        "/.git/config",
        "/graphql/../../../../etc/passwd",
        "/data/portcullis.db",
        "/metrics",
        "/graphiql/..%2f..%2f..%2fCargo.toml",
        "/graphiql/page.html",
        "/%",
        "/%ff",
    ] {
        let mut case = mutation();
        target.clone_into(&mut case.target);
        cases.push(named(
            case,
            format!("the address {target}"),
            Expect::Http(404, "NOT_FOUND"),
        ));
    }
    for (about, name, value) in [
        ("another host", "x-forwarded-host", "evil.example"),
        ("another method", "x-http-method-override", "DELETE"),
        ("another address", "x-original-url", "/admin"),
        ("a request id of its own", "x-request-id", "canary-7f3a9c-hunter2"),
        ("a long header", "x-long", &"a".repeat(10_000)),
        ("odd bytes in a header", "x-odd", "\u{fc}\u{fc}"),
        (
            "a token that is none",
            "authorization",
            "Bearer canary-7f3a9c-hunter2",
        ),
        ("another scheme", "authorization", "Basic Y2FuYXJ5"),
        ("a token that is only dots", "authorization", "Bearer ..."),
    ] {
        let case = Case::document("", "{ viewer { isAuthenticated } }", Expect::Data).header(name, value);
        cases.push(named(case, format!("a header with {about}"), Expect::Data));
    }
    cases
}
