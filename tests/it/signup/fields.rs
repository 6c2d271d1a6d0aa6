//! Fields that nobody may set.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_field_that_the_input_does_not_have_is_an_error_and_nothing_is_kept() {
    let app = TestApp::start().await;
    for (field, value) in [
        ("id", json!("01900000-0000-7000-8000-000000000000")),
        ("role", json!("admin")),
        ("roles", json!(["admin"])),
        ("isAdmin", json!(true)),
        ("admin", json!(true)),
        ("emailVerified", json!(true)),
        ("isEmailVerified", json!(true)),
        ("emailVerifiedAt", json!("2026-11-22T12:00:00Z")),
        ("createdAt", json!("2026-11-22T12:00:00Z")),
        ("status", json!("ACTIVE")),
        ("mfaEnabled", json!(false)),
        ("passwordHash", json!("x")),
        ("password_hash", json!("x")),
        ("userId", json!("x")),
        ("__proto__", json!({ "isAdmin": true })),
        ("constructor", json!({})),
        ("Name", json!("Eve")),
    ] {
        let mut input = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
        input[field] = value.clone();
        let in_variables = app.anonymous().signup(input).await;
        let literal = match &value {
            Value::Object(_) => "{}".to_owned(),
            value => value.to_string(),
        };
        let in_document = app
            .anonymous()
            .query(&format!(
                "mutation {{ signup(input: {{ name: \"Ada\", email: \"ada@example.com\", password: \"{PASSWORD}\", \
                 {field}: {literal} }}) {{ user {{ id }} }} }}"
            ))
            .await;
        for (answer, code) in [
            (in_variables, "BAD_USER_INPUT"),
            (in_document, "GRAPHQL_VALIDATION_FAILED"),
        ] {
            assert_eq!(answer.codes(), [code], "{field}: {}", answer.text);
            assert!(answer.body.get("data").is_none_or(Value::is_null), "{field}");
        }
        assert_eq!(app.row("ada@example.com").await, None, "{field}");
    }
}

#[tokio::test]
async fn a_new_account_has_no_rights_and_no_confirmed_address() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let row = app.row(&ada.email).await.unwrap();
    assert_eq!(
        (row.email_verified_at, row.status),
        (None, entity::user::Status::Active)
    );
    assert_eq!(ada.client.me().await.data("me")["roles"], json!([]));
}
