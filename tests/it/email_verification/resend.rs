//! Asking for another link.

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

pub(super) async fn resend(client: &Client, email: &str) -> Value {
    let answer = client
        .call("resendVerificationEmail", "email", json!({ "email": email }))
        .await;
    answer.data("resendVerificationEmail").clone()
}

#[tokio::test]
async fn the_answer_is_the_same_for_every_address() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.mails().await;
    for email in [&*ada.email, "nobody@example.com"] {
        assert_eq!(
            resend(&app.anonymous(), email).await,
            json!({ "email": email, "userErrors": [] })
        );
    }
    assert_eq!(
        app.kinds_to(&ada.email).await,
        ["confirm_address", "confirm_address"]
    );
    assert_eq!(app.kinds_to("nobody@example.com").await, [""; 0]);
}

#[tokio::test]
async fn a_proven_address_gets_no_more_links() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let token = app.mail(&ada.email, "confirm_address").await.token();
    assert_eq!(super::verify(&ada.client, super::token(&token)).await, [""; 0]);
    resend(&app.anonymous(), &ada.email).await;
    assert_eq!(app.kinds_to(&ada.email).await, ["confirm_address"]);
}

#[tokio::test]
async fn impossible_addresses_are_refused_and_a_server_without_mail_says_so() {
    let app = TestApp::start().await;
    for (email, code) in [
        ("", "REQUIRED"),
        ("ada", "INVALID_EMAIL"),
        ("a\r\nb@example.com", "INVALID_CHARACTERS"),
    ] {
        for field in ["resendVerificationEmail", "requestPasswordReset"] {
            let answer = app
                .anonymous()
                .call(field, "email", json!({ "email": email }))
                .await;
            assert_eq!(answer.user_errors(field)[0].0, code, "{field} {email:?}");
        }
    }
    let app = TestApp::behind_proxy().await;
    for field in [
        "resendVerificationEmail",
        "requestPasswordReset",
        "requestEmailLogin",
    ] {
        let fields = if field == "requestEmailLogin" {
            "challengeToken"
        } else {
            "email"
        };
        let answer = app
            .anonymous()
            .call(field, fields, json!({ "email": "ada@example.com" }))
            .await;
        assert_eq!(answer.user_errors(field)[0].0, "FEATURE_DISABLED", "{field}");
    }
    // Sign-ups go on without mail.
    app.user("ada").await;
    assert!(app.mails().await.is_empty());
}
