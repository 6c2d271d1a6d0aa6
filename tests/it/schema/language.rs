//! Documents as tools of today print them, and texts by every way in which they can come.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

/// Checks that a document which asks for `__typename` gets it.
async fn assert_runs(app: &TestApp, document: &str) {
    let answer = app.anonymous().query(document).await;
    let body = &answer.body;
    assert_eq!(body["data"]["__typename"], "Query", "{document}: {body}");
}

#[tokio::test]
async fn what_a_document_says_about_itself_is_read_over() {
    let app = TestApp::start().await;
    for document in [
        "\"Why.\" query { __typename }",
        "\"\"\"\n\\\"\"\" Why.\n\"\"\" query Q { __typename }",
        "query Q(\"Which.\" $skip: Boolean! = false, \"And.\" $more: Boolean = false) { __typename @skip(if: $skip) a: __typename @skip(if: $more) }",
        "query { ...F } \"Those.\" fragment F on Query { __typename }",
    ] {
        assert_runs(&app, document).await;
    }
}

#[tokio::test]
async fn a_text_means_the_same_as_literal_block_string_and_variable() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let ada = app.user("ada").await;
    for text in [
        "Ada",
        "\u{1F600}",
        "Ada \u{1F469}\u{200D}\u{1F680} L",
        "\u{e9} e\u{301} \u{10FFFD}x",
        "a \"b\" c",
        "a \"\"\" b",
        "\"\"\"a\"\"\" \"\"\"\"b",
        "\\ \\n \\\\u{41} \\\"",
        "a\\\"\"\"b",
        "# { ( [ ... ] ) }",
        "{{ $a }} \u{feff}x",
    ] {
        let expected = named_by_variable(&ada.client, text).await;
        for literal in literals(text) {
            let document = format!(
                "mutation {{ updateProfile(input: {{ name: {literal} }}) {{ user {{ name }} userErrors {{ code }} }} }}"
            );
            let answer = ada.client.query(&document).await;
            assert_eq!(outcome(&answer), expected, "{literal}");
        }
    }
}

async fn named_by_variable(client: &Client, text: &str) -> Value {
    let document = "mutation ($name: String!) { updateProfile(input: { name: $name }) { user { name } userErrors { code } } }";
    outcome(&client.run(document, json!({ "name": text })).await)
}

/// The name that was set, or why none was.
fn outcome(answer: &Answer) -> Value {
    let done = answer.data("updateProfile");
    json!([done["user"]["name"], done["userErrors"]])
}

/// A text of one line, written in each of the ways that the specification has for it.
fn literals(text: &str) -> [String; 4] {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04X}"));
    let points = text.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c)));
    [
        format!("\"{escaped}\""),
        format!("\"{}\"", units.collect::<String>()),
        format!("\"{}\"", points.collect::<String>()),
        format!("\"\"\"\n    {}\n    \"\"\"", text.replace("\"\"\"", "\\\"\"\"")),
    ]
}

#[tokio::test]
async fn what_the_specification_refuses_does_not_run() {
    let app = TestApp::start().await;
    for (document, code) in [
        ("queryQ { __typename }", "GRAPHQL_PARSE_FAILED"),
        ("query Q() { __typename }", "GRAPHQL_PARSE_FAILED"),
        (
            "{ ...on } fragment on on Query { __typename }",
            "GRAPHQL_PARSE_FAILED",
        ),
        ("{ node(id: \"\\uD83D\") { id } }", "GRAPHQL_PARSE_FAILED"),
        ("\"Why.\" { __typename }", "GRAPHQL_PARSE_FAILED"),
        ("{ __typename @nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ __typename @skip }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ __typename @skip(if: false) @skip(if: false) }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("{ __typename(a: 1) }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ __typename { a } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ me me { id } }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "query ($a: Int @nothing) { me { sessions(first: $a) { totalCount } } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "{ me { sessions(first: 1.0) { totalCount } } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "{ node(id: \"a\") { ... on User { x: name } ... on Session { x: isCurrent } } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "{ me { x: id } ... @include(if: true) { me { x: name } } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query A { __typename } query B { node(id: 1.5) { id } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        let request =
            json!({ "query": document, "operationName": document.starts_with("query A").then_some("A") });
        let post = app.anonymous().request(Method::POST, "/graphql");
        let answer = Answer::of(post.json(&request)).await;
        assert_eq!(answer.codes(), [code], "{document}");
        assert!(answer.body.get("data").is_none(), "{document}");
    }
}

#[tokio::test]
async fn what_the_specification_allows_runs() {
    let app = TestApp::start().await;
    for document in [
        "query ($a: Boolean = false) { __typename @skip(if: $a) }",
        "query ( $a : [ ID #\n ! ] ! = [ ] ) { __typename nodes(ids: $a) { id } }",
        "{ __typename ... on#\nQuery { a: __typename } }",
        "{ __typename node(id: \"a\") { ... on User { ... @include(if: true) { x: name } } ... on Session { ... @include(if: true) { x: deviceName } } } }",
    ] {
        assert_runs(&app, document).await;
    }
}
