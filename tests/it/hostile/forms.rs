//! Methods, media types and addresses that a GraphQL request does not come by.

use serde_json::json;

use super::{
    CANARY,
    case::{BAD_REQUEST, Case, Expect, INPUT, INVALID, LIMIT, MEDIA_TYPE, METHOD, OPERATION, PARSE},
};

pub(super) fn cases() -> Vec<Case> {
    [media_types(), accepts(), gets(), methods(), places()].concat()
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
        "",
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

fn gets() -> Vec<Case> {
    let me = "%7Bme%7Bid%7D%7D";
    let ran = Expect::Ran(&["UNAUTHENTICATED"]);
    vec![
        Case::get("a GET without a document", "", BAD_REQUEST),
        Case::get("a GET with another parameter", "q=1", BAD_REQUEST),
        Case::get("a GET with an empty document", "query=", PARSE),
        Case::get(
            "a GET with two documents",
            &format!("query={me}&query={me}"),
            BAD_REQUEST,
        ),
        Case::get(
            "a GET with documents under escaped names",
            &format!("query={me}&%71uery={me}"),
            BAD_REQUEST,
        ),
        Case::get(
            "a GET with another parameter twice",
            &format!("query={me}&a=1&a=2"),
            BAD_REQUEST,
        ),
        Case::get(
            "a mutation by GET",
            "query=mutation%7Blogout%7BwasSignedIn%7D%7D",
            METHOD,
        ),
        Case::get(
            "a mutation by GET, with spaces",
            "query=mutation+%7B+logout+%7B+wasSignedIn+%7D+%7D",
            METHOD,
        ),
        Case::get(
            "a mutation by GET, behind a comment",
            "query=%23%0Amutation%7Blogout%7BwasSignedIn%7D%7D",
            METHOD,
        ),
        Case::get(
            "a mutation by GET, beside a query",
            "query=query+A%7Bme%7Bid%7D%7D+mutation+B%7Blogout%7BwasSignedIn%7D%7D&operationName=B",
            METHOD,
        ),
        Case::get(
            "a login by GET",
            &format!(
                "query=mutation%7Blogin(input:%7Bemail:%22a%22,password:%22{CANARY}%22%7D)%7BuserErrors%7Bcode%7D%7D%7D"
            ),
            METHOD,
        ),
        Case::get(
            "a subscription by GET",
            "query=subscription%7Bme%7Bid%7D%7D",
            INVALID,
        ),
        Case::get(
            "variables that are no JSON",
            &format!("query={me}&variables=a"),
            BAD_REQUEST,
        ),
        Case::get(
            "variables that are a list",
            &format!("query={me}&variables=[]"),
            BAD_REQUEST,
        ),
        Case::get(
            "variables that are empty",
            &format!("query={me}&variables="),
            BAD_REQUEST,
        ),
        Case::get(
            "variables in a second parameter",
            &format!("query={me}&variables=%7B%7D&variables=%7B%7D"),
            BAD_REQUEST,
        ),
        Case::get(
            "variables with a key twice",
            &format!("query={me}&variables=%7B%22a%22:1,%22a%22:2%7D"),
            BAD_REQUEST,
        ),
        Case::get(
            "variables of the wrong kind",
            "query=query($a:ID!)%7Bnode(id:$a)%7Bid%7D%7D&variables=%7B%22a%22:true%7D",
            INPUT,
        ),
        Case::get(
            "extensions that are no object",
            &format!("query={me}&extensions=1"),
            BAD_REQUEST,
        ),
        Case::get(
            "a name that no operation has",
            &format!("query={me}&operationName=A"),
            OPERATION,
        ),
        Case::get(
            "a name under the wrong parameter",
            &format!("query=query+A{me}query+B{me}&operation_name=A"),
            OPERATION,
        ),
        Case::get(
            "brackets by GET",
            &format!("query={}", "%5B".repeat(2_000)),
            LIMIT,
        ),
        Case::get(
            "broken escapes",
            &format!("query={me}%"),
            Expect::Refused(&["GRAPHQL_PARSE_FAILED"]),
        ),
        Case::get(
            "bytes that are no UTF-8",
            &format!("query={me}%ff%fe"),
            Expect::Refused(&["GRAPHQL_PARSE_FAILED"]),
        ),
        Case::get(
            "NUL by GET",
            &format!("query={me}%00"),
            Expect::Refused(&["GRAPHQL_PARSE_FAILED"]),
        ),
        Case::get(
            "many parameters",
            &format!(
                "query={me}&{}",
                (0..1_000).map(|n| format!("a{n}=1&")).collect::<String>()
            ),
            ran,
        ),
        Case::get("a GET with a body", &format!("query={me}"), ran).header("content-length", "0"),
    ]
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
        "/graphql/",
        "//graphql",
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
        case.target = target.to_owned();
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
