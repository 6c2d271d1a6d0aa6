//! Bodies that are no GraphQL request, nearly are one, or carry odd variables.

use serde_json::json;

use super::case::{BAD_REQUEST, Case, Expect, INPUT, OPERATION, TOO_LARGE};

pub(super) fn cases() -> Vec<Case> {
    [json_texts(), parameters(), variables(), operations(), sizes()].concat()
}

fn json_texts() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in [
        "",
        " ",
        "null",
        "true",
        "42",
        "-0",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "\"{ me { id } }\"",
        "{",
        "}",
        "{\"query\"",
        "{\"query\":",
        "{\"query\":\"{ me { id } }\"",
        "{\"query\":\"{ me { id } }\"}}",
        "{\"query\":\"{ me { id } }\",}",
        "{'query':'{ me { id } }'}",
        "{query:\"{ me { id } }\"}",
        "{\"query\":\"{ me { id } }\"} // comment",
        "{\"query\":\"{ me { id } }\",\"query\":\"{ viewer { isAuthenticated } }\"}",
        "{\"query\":\"{ me { id } }\",\"\\u0071uery\":\"{ viewer { isAuthenticated } }\"}",
        "{\"query\":\"{ me { id } }\",\"variables\":{},\"variables\":{}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":1,\"a\":2}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":{\"b\":[{\"c\":1,\"c\":2}]}}}",
        "{\"query\":\"{ me { id } }\",\"extensions\":{\"a\":1,\"a\":2}}",
        "{\"query\":\"{ me { id } }\",\"other\":1,\"other\":1}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":1e400}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":-1e999999999}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":NaN}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":Infinity}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":01}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":.5}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":0x10}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"a\":\"\\ud800\"}}",
        "{\"query\":\"{ me { id } }\",\"variables\":{\"\\udfff\":1}}",
        "{\"query\":\"\\ud800{ me { id } }\"}",
        "{\"query\":\"{ me { id } }\\x41\"}",
        "{\"query\":\"{ me\n{ id } }\"}",
        "{\"query\":\"{ me { id } }\u{0}\"}",
        "\u{0}",
        "\u{feff}{\"query\":\"{ me { id } }\"}",
        "query=%7Bme%7Bid%7D%7D",
        "{ me { id } }",
        "<?xml version=\"1.0\"?><query/>",
    ] {
        cases.push(Case::body(format!("the body {text:?}"), text, BAD_REQUEST));
    }
    for (about, bytes) in [
        (
            "bytes that are no UTF-8",
            b"{\"query\":\"{ me { id } } #\xff\"}".as_slice(),
        ),
        (
            "a surrogate in UTF-8",
            b"{\"query\":\"{ me { id } } #\xed\xa0\x80\"}",
        ),
        (
            "an overlong character",
            b"{\"query\":\"{ me { id } } #\xc0\xaf\"}",
        ),
        ("UTF-16", b"\xff\xfe{\0}\0"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\xff"),
        ("zeros", &[0; 1_000]),
    ] {
        cases.push(Case::body(about, bytes, BAD_REQUEST));
    }
    for (about, open, close) in [("lists", "[", "]"), ("objects", "{\"a\":", "}")] {
        for depth in [130, 9_000] {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            let body = format!("{{\"query\":\"{{ me {{ id }} }}\",\"variables\":{{\"a\":{open}1{close}}}}}");
            cases.push(Case::body(
                format!("{about} in the variables, {depth} deep"),
                body,
                BAD_REQUEST,
            ));
            cases.push(Case::body(
                format!("{about} without an end, {depth} deep"),
                open,
                BAD_REQUEST,
            ));
        }
    }
    cases
}

fn parameters() -> Vec<Case> {
    let query = "{ me { id } }";
    let mut cases = Vec::new();
    for body in [
        json!({ "query": null }),
        json!({ "query": 1 }),
        json!({ "query": [query] }),
        json!({ "query": { "query": query } }),
        json!({ "Query": query }),
        json!({ "mutation": query }),
        json!({ "query ": query }),
        json!({ "query": query, "operationName": 1 }),
        json!({ "query": query, "operationName": ["A"] }),
        json!({ "query": query, "operationName": {} }),
        json!({ "query": query, "variables": [] }),
        json!({ "query": query, "variables": "{}" }),
        json!({ "query": query, "variables": 1 }),
        json!({ "query": query, "variables": false }),
        json!({ "query": query, "extensions": [] }),
        json!({ "query": query, "extensions": "a" }),
    ] {
        cases.push(Case::json(format!("the request {body}"), &body, BAD_REQUEST));
    }
    cases
}

fn variables() -> Vec<Case> {
    let id = "query ($id: ID!) { node(id: $id) { id } }";
    let ids = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let login = "mutation ($input: LoginInput!) { login(input: $input) { userErrors { code } } }";
    let mut cases = Vec::new();
    for (query, variables) in [
        (id, json!({})),
        (id, json!({ "ID": "a" })),
        (id, json!({ "id": null })),
        (id, json!({ "id": true })),
        (id, json!({ "id": 1.5 })),
        (id, json!({ "id": ["a"] })),
        (id, json!({ "id": { "$ne": null } })),
        (ids, json!({ "ids": null })),
        (ids, json!({ "ids": [null] })),
        (ids, json!({ "ids": [["a"]] })),
        (ids, json!({ "ids": { "0": "a" } })),
        (login, json!({ "input": [] })),
        (login, json!({ "input": "a" })),
        (login, json!({ "input": { "email": "a" } })),
        (
            login,
            json!({ "input": { "email": { "$gt": "" }, "password": { "$gt": "" } } }),
        ),
        (login, json!({ "input": { "email": "a", "password": null } })),
        (login, json!({ "input": { "email": "a", "password": 1_234 } })),
        (login, json!({ "input": { "email": ["a"], "password": "b" } })),
        (
            login,
            json!({ "input": { "email": "a", "password": "b", "__proto__": { "isAdmin": true } } }),
        ),
    ] {
        let body = json!({ "query": query, "variables": variables });
        cases.push(Case::json(format!("the variables {variables}"), &body, INPUT));
    }
    let body = |query: &str, variables| json!({ "query": query, "variables": variables });
    let ran = json!({ "id": "a", "other": [1, { "a": null }] });
    cases.push(Case::json(
        "variables that nobody declared",
        &body(id, ran),
        Expect::Data,
    ));
    cases.push(Case::json(
        "an id past 64 bits",
        &body(id, json!({ "id": u64::MAX })),
        Expect::Refused(&["BAD_USER_INPUT"]),
    ));
    cases.push(Case::json(
        "SQL in an id",
        &body(id, json!({ "id": "' OR 1=1; DROP TABLE users; --" })),
        Expect::Data,
    ));
    cases.push(Case::json(
        "NUL in an id",
        &body(id, json!({ "id": "\u{0}" })),
        Expect::Data,
    ));
    cases.push(Case::json(
        "a path in an id",
        &body(id, json!({ "id": "../../etc/passwd" })),
        Expect::Data,
    ));
    let unused = body("query ($a: ID!) { me { id } }", json!({ "a": "b" }));
    cases.push(Case::json(
        "a variable that is not used",
        &unused,
        Expect::Refused(&["GRAPHQL_VALIDATION_FAILED"]),
    ));
    for query in [
        "{ node(id: $id) { id } }",
        "query ($id: [ID!]!) { node(id: $id) { id } }",
        "query ($id: ID) { node(id: $id) { id } }",
        "query ($id: User!) { node(id: $id) { id } }",
        "query ($id: Nope!) { node(id: $id) { id } }",
        "query ($id: Int! = \"a\") { node(id: $id) { id } }",
    ] {
        let body = body(query, json!({ "id": "a" }));
        cases.push(Case::json(
            format!("a variable in {query}"),
            &body,
            Expect::Refused(&["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]),
        ));
    }
    cases
}

fn operations() -> Vec<Case> {
    let two = "query A { me { id } } query B { viewer { isAuthenticated } }";
    let mut cases = vec![Case::document("two operations and no name", two, OPERATION)];
    for name in ["C", "", "a", "A ", "A\u{0}", "__proto__", "query A"] {
        let body = json!({ "query": two, "operationName": name });
        cases.push(Case::json(format!("the operation {name:?}"), &body, OPERATION));
    }
    let long = json!({ "query": two, "operationName": "A".repeat(40_000) });
    cases.push(Case::json("a long operation name", &long, OPERATION));
    let unnamed = json!({ "query": "{ me { id } }", "operationName": "A" });
    cases.push(Case::json(
        "a name for an operation that has none",
        &unnamed,
        OPERATION,
    ));
    for (about, text) in [
        (
            "two operations of one name",
            "query A { me { id } } query A { me { id } }",
        ),
        ("two operations without a name", "{ me { id } } { me { id } }"),
        (
            "an operation with a name and one without",
            "query A { me { id } } { me { id } }",
        ),
    ] {
        let refused = Expect::Refused(&["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"]);
        let body = json!({ "query": text, "operationName": "A" });
        cases.push(Case::json(about, &body, refused));
    }
    cases
}

/// Bytes that a body may have.
const LIMIT: usize = 64 * 1024;

fn sizes() -> Vec<Case> {
    let padded = |bytes: usize| {
        let body = json!({ "query": "{ viewer { isAuthenticated } }" }).to_string();
        format!("{body}{}", " ".repeat(bytes - body.len()))
    };
    vec![
        Case::body("a body as long as may be", padded(LIMIT), Expect::Data),
        Case::body("such a body in chunks", padded(LIMIT), Expect::Data).chunked(),
        Case::body("a body of a byte too much", padded(LIMIT + 1), TOO_LARGE),
        Case::body("such a body in chunks", padded(LIMIT + 1), TOO_LARGE).chunked(),
        Case::body("a body of a megabyte", padded(1_000_000), TOO_LARGE),
        Case::body("a megabyte in chunks", padded(1_000_000), TOO_LARGE).chunked(),
        Case::body("an empty body in chunks", "", BAD_REQUEST).chunked(),
        Case::body("a megabyte of brackets", "[".repeat(1_000_000), TOO_LARGE),
    ]
}
