//! Whose account it is about: the caller's, whatever the input says; and nothing else of it can be set.

use serde_json::{Value, json};

use super::{
    CHANGE_PASSWORD, DELETE_ACCOUNT, NEW, REAUTHENTICATE, UPDATE_PROFILE, assert_done, delete_account,
};
use crate::support::{PASSWORD, TestApp};

/// Fields that somebody might hope for.
fn hoped_for(id: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("id", json!(id)),
        ("userId", json!(id)),
        ("user", json!({ "id": id })),
        ("sub", json!(id)),
        ("email", json!("eve@example.com")),
        ("sessionId", json!(id)),
        ("role", json!("admin")),
        ("roles", json!(["admin"])),
        ("isAdmin", json!(true)),
        ("isEmailVerified", json!(true)),
        ("emailVerified", json!(true)),
        ("emailVerifiedAt", json!("2026-11-22T12:00:00Z")),
        ("status", json!("ACTIVE")),
        ("createdAt", json!("2026-11-22T12:00:00Z")),
        ("mfaEnabled", json!(false)),
        ("passwordHash", json!("x")),
        ("password_hash", json!("x")),
        ("Name", json!("Eve")),
        ("__proto__", json!({ "isAdmin": true })),
    ]
}

/// The value as a document has it.
fn literal(value: &Value) -> String {
    let Value::Object(members) = value else {
        return value.to_string();
    };
    let members = members.iter();
    let members: Vec<_> = members
        .map(|(name, value)| format!("{name}: {}", literal(value)))
        .collect();
    format!("{{ {} }}", members.join(" "))
}

#[tokio::test]
async fn a_field_that_the_input_does_not_have_is_an_error_and_nothing_changes() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let before = [app.row(&ada.email).await, app.row(&eve.email).await];
    for (field, query, input) in [
        ("updateProfile", UPDATE_PROFILE, json!({ "name": "Countess" })),
        (
            "changePassword",
            CHANGE_PASSWORD,
            json!({ "currentPassword": PASSWORD, "newPassword": NEW }),
        ),
        (
            "deleteAccount",
            DELETE_ACCOUNT,
            json!({ "currentPassword": PASSWORD }),
        ),
        ("reauthenticate", REAUTHENTICATE, json!({ "password": PASSWORD })),
        (
            "requestEmailChange",
            "mutation ($input: RequestEmailChangeInput!) { requestEmailChange(input: $input) { userErrors { code } } }",
            json!({ "newEmail": "ada@example.org", "currentPassword": PASSWORD }),
        ),
    ] {
        for (name, value) in hoped_for(&eve.id) {
            let mut with = input.clone();
            with[name] = value;
            let in_variables = ada.client.run(query, json!({ "input": with })).await;
            let in_document = ada
                .client
                .query(&format!(
                    "mutation {{ {field}(input: {}) {{ userErrors {{ code }} }} }}",
                    literal(&with)
                ))
                .await;
            for (answer, code) in [
                (in_variables, "BAD_USER_INPUT"),
                (in_document, "GRAPHQL_VALIDATION_FAILED"),
            ] {
                assert_eq!(answer.codes(), [code], "{field}, {name}: {}", answer.text);
                assert!(
                    answer.body.get("data").is_none_or(Value::is_null),
                    "{field}, {name}"
                );
                assert!(!answer.text.contains(PASSWORD));
            }
        }
    }
    assert_eq!([app.row(&ada.email).await, app.row(&eve.email).await], before);
    let me = ada.client.me().await;
    assert_eq!(
        (&me.data("me")["roles"], &me.data("me")["isEmailVerified"]),
        (&json!([]), &json!(false))
    );
}

#[tokio::test]
async fn the_token_says_who_leaves() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    // Both have the same password: only the token tells them apart.
    let answer = delete_account(&eve.client, json!({ "currentPassword": PASSWORD })).await;
    assert_done(&answer);
    assert_eq!(answer.data("deleteAccount")["deletedUserId"], eve.id);
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    assert_eq!(app.row(&eve.email).await, None);
}
