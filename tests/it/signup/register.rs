//! Making an account.

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_person_signs_up_and_is_signed_in_at_once() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .signup(json!({ "name": " Ada Lovelace ", "email": "Ada@Example.com", "password": PASSWORD }))
        .await;
    let signup = answer.data("signup");
    assert_eq!(signup["user"]["name"], "Ada Lovelace");
    assert_eq!(signup["user"]["email"], "Ada@Example.com");
    assert_eq!(signup["user"]["isEmailVerified"], false);
    assert_eq!(signup["user"]["status"], "ACTIVE");
    assert_eq!(signup["user"]["roles"], json!([]));
    assert_eq!(signup["user"]["createdAt"], "2026-11-22T12:00:00.000Z");
    assert_eq!(signup["session"]["isCurrent"], true);
    assert_eq!(signup["session"]["ipAddress"], "127.0.0.1");
    assert_eq!(
        signup["tokens"]["accessTokenExpiresAt"],
        "2026-11-22T12:15:00.000Z"
    );

    let me = app
        .bearer(signup["tokens"]["accessToken"].as_str().unwrap())
        .me()
        .await;
    assert_eq!(me.data("me"), &signup["user"]);
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_in_plain_words() {
    let app = TestApp::start().await;
    app.user("ada").await;
    for same in ["ada@example.com", "ADA@EXAMPLE.COM", "  ada@Example.com "] {
        let answer = app
            .anonymous()
            .signup(json!({ "name": "Eve", "email": same, "password": PASSWORD }))
            .await;
        let taken = (
            "EMAIL_TAKEN",
            "User already exists. Please login.",
            json!(["email"]),
        );
        assert_eq!(answer.user_errors("signup"), [taken], "{same}");
        for nothing in ["user", "session", "tokens"] {
            assert_eq!(answer.data("signup")[nothing], json!(null));
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .signup(json!({ "name": " ", "email": "nobody", "password": "short" }))
        .await;
    let errors = answer.user_errors("signup");
    let seen: Vec<_> = errors
        .iter()
        .map(|(code, _, field)| (*code, field.clone()))
        .collect();
    assert_eq!(
        seen,
        [
            ("REQUIRED", json!(["name"])),
            ("INVALID_EMAIL", json!(["email"])),
            ("PASSWORD_TOO_SHORT", json!(["password"])),
        ]
    );
}

#[tokio::test]
async fn a_name_of_which_nothing_is_seen_is_none() {
    let app = TestApp::start().await;
    for name in ["\u{3164}", "\u{2800}\u{200B}", " \u{E0020}\u{FE0F} "] {
        let input = json!({ "name": name, "email": "ada@example.com", "password": PASSWORD });
        let answer = app.anonymous().signup(input).await;
        let errors = answer.user_errors("signup");
        let seen: Vec<_> = errors
            .iter()
            .map(|(code, _, field)| (*code, field.clone()))
            .collect();
        assert_eq!(seen, [("REQUIRED", json!(["name"]))], "{name:?}");
    }
}

#[tokio::test]
async fn a_closed_sign_up_says_so() {
    let app = TestApp::with(|config| config.signup_enabled = false).await;
    let answer = app
        .anonymous()
        .signup(json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD }))
        .await;
    assert_eq!(answer.user_errors("signup")[0].0, "SIGNUP_DISABLED");
    let info = app.anonymous().query("{ serverInfo { isSignupEnabled } }").await;
    assert_eq!(info.data("serverInfo")["isSignupEnabled"], false);
}
