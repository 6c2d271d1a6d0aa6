//! Forgotten passwords.

use std::time::Duration;

use serde_json::json;

use crate::support::{Client, PASSWORD, TestApp};

const NEW: &str = "a kettle on a rainy stove";

async fn request(client: &Client, email: &str) -> serde_json::Value {
    let answer = client
        .call("requestPasswordReset", "email", json!({ "email": email }))
        .await;
    answer.data("requestPasswordReset").clone()
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Vec<String> {
    let input = json!({ "token": token, "newPassword": password });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    let errors = answer.user_errors("resetPassword");
    assert_eq!(answer.data("resetPassword")["isReset"], errors.is_empty());
    errors.iter().map(|error| error.0.to_owned()).collect()
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_eq!(request(&app.anonymous(), &ada.email).await["email"], ada.email);
    let letter = app.mail(&ada.email, "reset_password").await;
    assert_eq!(reset(&app, &letter.token(), NEW).await, [""; 0]);
    // Nobody is signed in by it, and everybody is signed out.
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    app.anonymous().login(&ada.email, NEW).await.tokens("login");
    // The mailbox is proven.
    assert!(app.row(&ada.email).await.unwrap().email_verified_at.is_some());
    assert!(
        app.kinds_to(&ada.email)
            .await
            .contains(&"password_changed".to_owned())
    );
    // The link is used up.
    assert_eq!(
        reset(&app, &letter.token(), "another kettle on a stove").await,
        ["TOKEN_INVALID"]
    );
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let app = TestApp::start().await;
    app.user("ada").await;
    app.mails().await;
    let known = request(&app.anonymous(), "ada@example.com").await;
    let unknown = request(&app.anonymous(), "eve@example.com").await;
    assert_eq!(known["userErrors"], unknown["userErrors"]);
    assert_eq!(unknown["email"], "eve@example.com");
    app.mail("ada@example.com", "reset_password").await;
    assert_eq!(app.kinds_to("eve@example.com").await, [""; 0]);
}

#[tokio::test]
async fn a_link_lives_for_an_hour() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    request(&app.anonymous(), &ada.email).await;
    let letter = app.mail(&ada.email, "reset_password").await;
    app.pass(Duration::from_hours(1));
    assert_eq!(reset(&app, &letter.token(), NEW).await, ["TOKEN_EXPIRED"]);
}

#[tokio::test]
async fn a_refused_password_uses_no_link_up() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    request(&app.anonymous(), &ada.email).await;
    let token = app.mail(&ada.email, "reset_password").await.token();
    assert_eq!(reset(&app, &token, "").await, ["REQUIRED"]);
    assert_eq!(reset(&app, &token, "short").await, ["PASSWORD_TOO_SHORT"]);
    assert_eq!(
        reset(&app, &token, "ada@example.com").await,
        ["PASSWORD_TOO_WEAK"]
    );
    assert_eq!(reset(&app, &token, NEW).await, [""; 0]);
}
