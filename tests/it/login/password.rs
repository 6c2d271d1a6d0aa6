//! Signing in with address and password.

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_right_password_begins_a_new_session() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let answer = app.anonymous().login("ADA@example.com", PASSWORD).await;
    let login = answer.data("login");
    assert_eq!(login["userErrors"], json!([]));
    assert_eq!(login["user"]["id"], ada.id);
    let me = app
        .bearer(login["tokens"]["accessToken"].as_str().unwrap())
        .me()
        .await;
    assert_eq!(me.data("me")["email"], "ada@example.com");
}

#[tokio::test]
async fn whoever_fails_hears_the_same_sentence() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada@example.com", "not the password"),
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
        ("ada@example.com", &"x".repeat(5_000)),
        ("ada@example.com", "with\u{0}nul"),
    ] {
        let answer = app.anonymous().login(email, password).await;
        assert_eq!(
            answer.user_errors("login"),
            [("INVALID_CREDENTIALS", "Invalid email or password", json!(null))],
            "{email}"
        );
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the answers differ");
}

#[tokio::test]
async fn both_fields_are_asked_for() {
    let app = TestApp::start().await;
    for (email, password) in [
        ("", ""),
        ("ada@example.com", ""),
        ("", PASSWORD),
        ("   ", PASSWORD),
    ] {
        let answer = app.anonymous().login(email, password).await;
        assert_eq!(
            answer.user_errors("login"),
            [("REQUIRED", "Please enter both email and password", json!(null))]
        );
    }
}

#[tokio::test]
async fn a_stale_token_in_the_header_does_not_keep_anyone_from_signing_in() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    ada.client.logout().await;
    for client in [ada.client, app.bearer("garbage")] {
        let answer = client.login(&ada.email, PASSWORD).await;
        assert_eq!(answer.data("login")["userErrors"], json!([]));
    }
}
