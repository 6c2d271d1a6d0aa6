//! A password where none belongs: whatever is wrong with the request, it is not repeated.

use serde_json::{Value, json};

use super::{
    CANARY,
    case::{BAD_REQUEST, Case, Expect},
};

/// Refused in any of these ways.
const SOMEHOW: Expect = Expect::Refused(&[
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "OPERATION_RESOLUTION_FAILURE",
]);

pub(super) fn cases() -> Vec<Case> {
    [in_documents(), in_variables(), in_bodies()].concat()
}

fn in_documents() -> Vec<Case> {
    let errors = "{ userErrors { code } }";
    [
        "mutation { login(input: { email: \"a\", password: \"CANARY\" } { userErrors { code } } }",
        "mutation { login(input: { email: \"a\", password: \"CANARY\n\" }) { userErrors { code } } }",
        "mutation { login(input: { email: \"a\", password: \"CANARY }) { userErrors { code } } }",
        "mutation { login(input: { email: \"a\", password: \"\"\"CANARY }) { userErrors { code } } }",
        "mutation { login(input: { email: \"a\", password: CANARY }) { userErrors { code } } }",
        "mutation { login(input: { email: \"a\", password: ENUM_CANARY_ENUM }) { userErrors { code } } }",
        "mutation { login(input: { email: \"a\", passwort: \"CANARY\" }) { userErrors { code } } }",
        "mutation { login(input: { email: \"CANARY\" }) { userErrors { code } } }",
        "mutation { login(input: \"CANARY\") { userErrors { code } } }",
        "mutation { login(input: [\"CANARY\"]) { userErrors { code } } }",
        "mutation { login(input: { email: { a: \"CANARY\" }, password: [\"CANARY\"] }) { userErrors { code } } }",
        "mutation { login(password: \"CANARY\") { userErrors { code } } }",
        "mutation { login(input: { email: \"a\", password: \"CANARY\", remember: true }) { userErrors { code } } }",
        "query ($a: String = \"CANARY\") { me { id } }",
        "query ($a: Int = \"CANARY\") { node(id: $a) { id } }",
        "query ($a: Boolean! = \"CANARY\") { me @skip(if: $a) { id } }",
        "mutation ($a: LoginInput! = \"CANARY\") { login(input: $a) { userErrors { code } } }",
        "mutation ($a: LoginInput! = { password: \"CANARY\" }) { login(input: $a) { userErrors { code } } }",
        "{ me @skip(if: \"CANARY\") { id } }",
        "{ me @include(unless: \"CANARY\") { id } }",
        "{ nodes(ids: [true, \"CANARY\"]) { id } }",
        "{ node(id: { password: \"CANARY\" }) { id } }",
        "{ node(id: \"CANARY\", CANARY: 1) { id } }",
        "\"CANARY\"",
        "{ me { id } } # CANARY\n}",
    ]
    .into_iter()
    .map(|document| {
        let about = format!("a password in {document}");
        Case::document(about, &document.replace("CANARY", CANARY), SOMEHOW)
    })
    .chain([Case::document(
        "a right login of nobody",
        &format!("mutation {{ login(input: {{ email: \"a\", password: \"{CANARY}\" }}) {errors} }}"),
        Expect::Data,
    )])
    .collect()
}

fn in_variables() -> Vec<Case> {
    let signup = "mutation ($input: SignupInput!) { signup(input: $input) { user { id } userErrors { code message field } } }";
    let with = |input: Value| json!({ "query": signup, "variables": { "input": input } });
    let mut cases = Vec::new();
    for input in [
        json!(CANARY),
        json!([CANARY]),
        json!({ "name": { "a": CANARY }, "email": "a", "password": CANARY }),
        json!({ "name": "a", "email": "a", "password": [CANARY] }),
        json!({ "name": "a", "email": "a", "password": { "value": CANARY } }),
        json!({ "name": "a", "email": "a", "Password": CANARY }),
        json!({ "name": "a", "email": true, "password": CANARY }),
    ] {
        cases.push(Case::json(format!("the input {input}"), &with(input), SOMEHOW));
    }
    for (about, input) in [
        (
            "an address that is none",
            json!({ "name": "Eve", "email": CANARY, "password": CANARY }),
        ),
        (
            "a name of its own",
            json!({ "name": CANARY, "email": "eve@example.com", "password": CANARY }),
        ),
        (
            "odd characters",
            json!({ "name": "Eve", "email": "eve@example.com", "password": format!("{CANARY}\u{0}") }),
        ),
        (
            "too long a password",
            json!({ "name": "Eve", "email": "eve@example.com", "password": CANARY.repeat(100) }),
        ),
        (
            "SQL",
            json!({ "name": "'; DROP TABLE users; --", "email": "'@example.com", "password": "' OR ''='" }),
        ),
    ] {
        cases.push(Case::json(
            format!("a sign-up with {about}"),
            &with(input),
            Expect::Data,
        ));
    }
    let name = json!({ "query": "query A { me { id } }", "operationName": CANARY });
    cases.push(Case::json("a password for an operation's name", &name, SOMEHOW));
    cases
}

fn in_bodies() -> Vec<Case> {
    [
        format!("{{\"query\":\"{CANARY}"),
        format!("{{\"{CANARY}\":1,\"{CANARY}\":2}}"),
        format!("{{\"query\":1,\"password\":\"{CANARY}\"}}"),
        format!("\"{CANARY}\""),
        CANARY.to_owned(),
    ]
    .into_iter()
    .map(|body| Case::body(format!("a password in the body {body}"), body, BAD_REQUEST))
    .collect()
}
