//! Many tries of a password in one request.

use serde_json::json;

use super::{
    CANARY,
    case::{BAD_REQUEST, Case, LIMIT, OPERATION},
};

pub(super) fn cases() -> Vec<Case> {
    let login = format!(
        "login(input: {{ email: \"ada@example.com\", password: \"{CANARY}\" }}) {{ userErrors {{ code }} }}"
    );
    let signup = format!(
        "signup(input: {{ name: \"Eve\", email: \"eve@example.com\", password: \"{CANARY}\" }}) {{ userErrors {{ code }} }}"
    );
    let logout = "logout { wasSignedIn }";
    let aliased = |count: usize| (0..count).map(|n| format!("a{n}: {login} ")).collect::<String>();
    let mut cases = Vec::new();
    for (about, document) in [
        ("two logins", format!("mutation {{ {login} {login} }}")),
        (
            "two logins under aliases",
            format!("mutation {{ {} }}", aliased(2)),
        ),
        ("a hundred logins", format!("mutation {{ {} }}", aliased(100))),
        ("ten logins", format!("mutation {{ {} }}", aliased(10))),
        ("two sign-ups", format!("mutation {{ a: {signup} b: {signup} }}")),
        (
            "a sign-up and a login",
            format!("mutation {{ {signup} {login} }}"),
        ),
        (
            "a login and a sign-out",
            format!("mutation {{ {login} {logout} }}"),
        ),
        (
            "a sign-out and a login",
            format!("mutation {{ {logout} {login} }}"),
        ),
        (
            "a login and its twin in a fragment",
            format!("mutation {{ {login} ...A }} fragment A on Mutation {{ a: {login} }}"),
        ),
        (
            "a fragment with a login, twice",
            format!("mutation {{ ...A ...A }} fragment A on Mutation {{ {login} }}"),
        ),
        (
            "logins in two fragments",
            format!(
                "mutation {{ ...A ...B }} fragment A on Mutation {{ a: {login} }} fragment B on Mutation {{ b: {login} }}"
            ),
        ),
        (
            "logins in inline fragments",
            format!("mutation {{ ... {{ a: {login} }} ... {{ b: {login} }} }}"),
        ),
        (
            "logins in fragments in fragments",
            format!(
                "mutation {{ ...A }} fragment A on Mutation {{ ...B {login} }} fragment B on Mutation {{ ... on Mutation {{ b: {login} }} }}"
            ),
        ),
        (
            "logins of which one is left out",
            format!("mutation {{ {login} ... @skip(if: true) {{ b: {login} }} }}"),
        ),
        (
            "logins of which none is left in",
            format!("mutation {{ ... @include(if: false) {{ a: {login} b: {login} }} }}"),
        ),
        (
            "logins left out by fragments",
            format!("mutation {{ ... @skip(if: true) {{ a: {login} }} b: {login} }}"),
        ),
        (
            "logins beside the type's name",
            format!("mutation {{ __typename {login} a: {login} }}"),
        ),
        (
            "a login beside introspection",
            format!("mutation {{ {login} __schema {{ queryType {{ name }} }} }}"),
        ),
    ] {
        cases.push(Case::document(about, &document, LIMIT));
    }
    let two = format!("mutation A {{ {login} }} mutation B {{ {signup} }}");
    cases.push(Case::document(
        "two operations with a login each",
        &two,
        OPERATION,
    ));
    let one = json!({ "query": format!("mutation {{ {login} }}") });
    for count in [1, 2, 50] {
        cases.push(Case::json(
            format!("a batch of {count}"),
            &json!(vec![one.clone(); count]),
            BAD_REQUEST,
        ));
    }
    cases.push(Case::json(
        "a batch in an object",
        &json!({ "0": one, "1": one }),
        BAD_REQUEST,
    ));
    cases.push(Case::body(
        "two requests one after the other",
        format!("{one}{one}"),
        BAD_REQUEST,
    ));
    cases.push(Case::body(
        "two requests on two lines",
        format!("{one}\n{one}"),
        BAD_REQUEST,
    ));
    cases
}
