//! Which fields ask for a token: the schema itself is asked, so that a new field cannot be forgotten here.

use serde_json::{Value, json};

use crate::support::TestApp;

/// Fields of the root types that anybody may ask for. Everything else must deny those who are not signed in.
const PUBLIC: [&str; 7] = [
    "viewer",
    "node",
    "nodes",
    "serverInfo",
    "signup",
    "login",
    "logout",
];

const ROOTS: &str = "{ __schema {
    queryType { fields { name args { name type { kind } defaultValue } type { kind ofType { kind } } } }
    mutationType { fields { name args { name type { kind } defaultValue } type { kind ofType { kind } } } }
} }";

#[tokio::test]
async fn every_field_that_is_not_public_denies_those_who_are_not_signed_in() {
    let app = TestApp::start().await;
    let answer = app.anonymous().query(ROOTS).await;
    let schema = answer.data("__schema");
    let mut guarded = 0;
    for (root, kind) in [("queryType", "query"), ("mutationType", "mutation")] {
        for field in schema[root]["fields"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            if PUBLIC.contains(&name) {
                continue;
            }
            let needs_arguments =
                field["args"].as_array().unwrap().iter().any(|argument| {
                    argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
                });
            assert!(
                !needs_arguments,
                "{name} needs arguments: teach this test to give some"
            );
            let of = |ty: &Value| ty["kind"] == "SCALAR" || ty["kind"] == "ENUM";
            let is_leaf = of(&field["type"]) || of(&field["type"]["ofType"]);
            let selection = if is_leaf { "" } else { "{ __typename }" };
            for (client, reason) in [
                (app.anonymous(), "TOKEN_MISSING"),
                (app.bearer("garbage"), "TOKEN_INVALID"),
            ] {
                let answer = client.query(&format!("{kind} {{ {name} {selection} }}")).await;
                assert_eq!(answer.reason(), reason, "{name}");
                assert_eq!(answer.body["errors"][0]["path"], json!([name]));
            }
            guarded += 1;
        }
    }
    assert!(guarded >= 1, "the schema has no guarded field left");
}
