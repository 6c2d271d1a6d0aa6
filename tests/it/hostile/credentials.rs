//! Many tries of a password in one request.

use serde_json::json;

use super::{
    CANARY,
    case::{BAD_REQUEST, Case, LIMIT, OPERATION},
    repeats::repeat,
};

/// Documents; `LOGIN`, `SIGNUP`, `CHANGE`, `PROVE`, `LEAVE`, `REFRESH`, `RENAME` and `LOGOUT` stand for the whole field.
const DOCUMENTS: &[(&str, &str)] = &[
    ("two logins", "mutation { LOGIN LOGIN }"),
    ("two logins under aliases", "mutation { a: LOGIN b: LOGIN }"),
    ("two sign-ups", "mutation { a: SIGNUP b: SIGNUP }"),
    ("a sign-up and a login", "mutation { SIGNUP LOGIN }"),
    ("a login and a sign-out", "mutation { LOGIN LOGOUT }"),
    ("a sign-out and a login", "mutation { LOGOUT LOGIN }"),
    (
        "a login and its twin in a fragment",
        "mutation { LOGIN ...A } fragment A on Mutation { a: LOGIN }",
    ),
    (
        "a fragment with a login, twice",
        "mutation { ...A ...A } fragment A on Mutation { LOGIN }",
    ),
    (
        "logins in two fragments",
        "mutation { ...A ...B } fragment A on Mutation { a: LOGIN } fragment B on Mutation { b: LOGIN }",
    ),
    (
        "logins in inline fragments",
        "mutation { ... { a: LOGIN } ... { b: LOGIN } }",
    ),
    (
        "logins in fragments in fragments",
        "mutation { ...A } fragment A on Mutation { ...B LOGIN } fragment B on Mutation { ... { b: LOGIN } }",
    ),
    (
        "logins of which one is left out",
        "mutation { LOGIN ... @skip(if: true) { b: LOGIN } }",
    ),
    (
        "logins of which none is left in",
        "mutation { ... @include(if: false) { a: LOGIN b: LOGIN } }",
    ),
    (
        "logins of which the first is left out",
        "mutation { ... @skip(if: true) { a: LOGIN } b: LOGIN }",
    ),
    (
        "logins and the type's name",
        "mutation { __typename LOGIN a: LOGIN }",
    ),
    ("two new passwords", "mutation { a: CHANGE b: CHANGE }"),
    ("two proofs", "mutation { a: PROVE b: PROVE }"),
    ("two farewells", "mutation { a: LEAVE b: LEAVE }"),
    ("two refreshes", "mutation { a: REFRESH b: REFRESH }"),
    ("a proof and a new password", "mutation { PROVE CHANGE }"),
    ("a proof and a farewell", "mutation { PROVE LEAVE }"),
    ("a new name and a new password", "mutation { RENAME CHANGE }"),
    ("a new password and a sign-out", "mutation { CHANGE LOGOUT }"),
    ("a sign-out and a refresh", "mutation { LOGOUT REFRESH }"),
    ("a login and a farewell", "mutation { LOGIN LEAVE }"),
    (
        "proofs in fragments",
        "mutation { ...A ... { b: PROVE } } fragment A on Mutation { a: PROVE }",
    ),
    (
        "a proof and one that is left out",
        "mutation { PROVE ... @skip(if: true) { b: CHANGE } }",
    ),
    (
        "a login and introspection",
        "mutation { LOGIN __schema { queryType { name } } }",
    ),
];

/// What stands for a field about one's own account: its name and its input.
const OWN: &[(&str, &str, &str)] = &[
    (
        "CHANGE",
        "changePassword",
        "currentPassword: \"CANARY\" newPassword: \"CANARY\"",
    ),
    ("PROVE", "reauthenticate", "password: \"CANARY\""),
    ("LEAVE", "deleteAccount", "currentPassword: \"CANARY\""),
    ("REFRESH", "refreshSession", "refreshToken: \"CANARY\""),
    ("RENAME", "updateProfile", "name: \"Eve\""),
];

pub(super) fn cases() -> Vec<Case> {
    let login = format!(
        "login(input: {{ email: \"ada@example.com\", password: \"{CANARY}\" }}) {{ userErrors {{ code }} }}"
    );
    let signup = login.replace("login(input: {", "signup(input: { name: \"Eve\",");
    let fill = |text: &str| {
        let mut text = text.replace("LOGIN", &login).replace("SIGNUP", &signup);
        for (name, field, input) in OWN {
            let input = input.replace("CANARY", CANARY);
            let whole = format!("{field}(input: {{ {input} }}) {{ userErrors {{ code }} }}");
            text = text.replace(name, &whole);
        }
        text.replace("LOGOUT", "logout { wasSignedIn }")
    };
    let mut cases: Vec<_> = DOCUMENTS
        .iter()
        .map(|(about, document)| Case::document(*about, &fill(document), LIMIT))
        .collect();
    for count in [10, 100] {
        let logins = repeat(count, |n| format!("a{n}: {login}"));
        cases.push(Case::document(
            format!("{count} logins"),
            &format!("mutation {{ {logins} }}"),
            LIMIT,
        ));
    }
    let two = fill("mutation A { LOGIN } mutation B { SIGNUP }");
    cases.push(Case::document(
        "two operations with a login each",
        &two,
        OPERATION,
    ));
    let one = json!({ "query": fill("mutation { LOGIN }") });
    for count in [1, 2, 50] {
        let batch = json!(vec![one.clone(); count]);
        cases.push(Case::json(format!("a batch of {count}"), &batch, BAD_REQUEST));
    }
    for (about, body) in [
        ("a batch in an object", json!({ "0": one, "1": one }).to_string()),
        ("two requests one after the other", format!("{one}{one}")),
        ("two requests on two lines", format!("{one}\n{one}")),
    ] {
        cases.push(Case::body(about, body, BAD_REQUEST));
    }
    cases
}
