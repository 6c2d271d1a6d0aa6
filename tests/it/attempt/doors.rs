//! All entry points that check a password share one count.

use serde_json::json;

use super::{Tried, WRONG, login, verified};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

const OPERATIONS: [&str; 4] = ["login", "changePassword", "reauthenticate", "deleteAccount"];

/// Tries a password with one of them.
async fn try_password(client: &Client, person: &Person, operation: &str, password: &str) -> Answer {
    let (kind, input) = match operation {
        "login" => return client.login(&person.email, password).await,
        "changePassword" => (
            "ChangePasswordInput",
            json!({ "currentPassword": password, "newPassword": "a candle behind thick glass" }),
        ),
        "reauthenticate" => ("ReauthenticateInput", json!({ "password": password })),
        _ => ("DeleteAccountInput", json!({ "currentPassword": password })),
    };
    let query =
        format!("mutation ($input: {kind}!) {{ {operation}(input: $input) {{ userErrors {{ code }} }} }}");
    client.run(&query, json!({ "input": input })).await
}

#[tokio::test]
async fn failures_at_one_entry_point_count_for_all() {
    for begun in 0..OPERATIONS.len() {
        let app = TestApp::start().await;
        let ada = app.user("ada").await;
        for number in 0..5 {
            let operation = OPERATIONS[(begun + number) % OPERATIONS.len()];
            let answer = try_password(&ada.client, &ada, operation, WRONG).await;
            assert_eq!(Tried::of(&answer), Tried::Wrong, "{operation}");
        }
        for operation in OPERATIONS {
            for password in [WRONG, PASSWORD] {
                let answer = try_password(&ada.client, &ada, operation, password).await;
                assert_eq!(Tried::of(&answer), Tried::TooMany(900), "{operation}");
            }
        }
        assert_eq!(verified(&app), 5);
    }
}

#[tokio::test]
async fn a_stolen_session_buys_no_attempts_at_the_password() {
    let app = TestApp::behind_proxy().await;
    let ada = app.user_at("ada", "198.51.100.7").await;
    let thief = ada.client.at("203.0.113.7");
    for _ in 0..5 {
        let answer = try_password(&thief, &ada, "reauthenticate", WRONG).await;
        assert_eq!(Tried::of(&answer), Tried::Wrong);
    }
    let elsewhere = app.anonymous().at("203.0.113.8");
    for operation in OPERATIONS {
        assert!(
            Tried::of(&try_password(&thief, &ada, operation, WRONG).await).is_too_many(),
            "{operation}"
        );
    }
    assert!(login(&elsewhere, &ada.email, WRONG).await.is_too_many());
    // Ada is where she signed up, and feels nothing of it.
    let answer = try_password(&ada.client, &ada, "reauthenticate", PASSWORD).await;
    assert_eq!(Tried::of(&answer), Tried::Right);
}

#[tokio::test]
async fn the_right_password_at_one_door_forgives_failures_at_others() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for operation in ["reauthenticate", "changePassword", "login"] {
        for failing in ["login", "reauthenticate", "changePassword", "deleteAccount"] {
            let answer = try_password(&ada.client, &ada, failing, WRONG).await;
            assert_eq!(Tried::of(&answer), Tried::Wrong, "{failing} before {operation}");
        }
        let password = if operation == "login" {
            "a candle behind thick glass"
        } else {
            PASSWORD
        };
        let answer = try_password(&ada.client, &ada, operation, password).await;
        assert_eq!(Tried::of(&answer), Tried::Right, "{operation}");
    }
}

#[tokio::test]
async fn what_needs_no_password_is_not_held_up() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let fields = "tokens { accessToken refreshToken }";
    let answer = ada
        .client
        .call("reauthenticate", fields, json!({ "password": PASSWORD }))
        .await;
    let tokens = answer.tokens("reauthenticate");
    let proven = app.bearer(&tokens.access);
    super::fail(&app.anonymous(), &ada.email, 5).await;
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    app.anonymous()
        .refresh(&tokens.refresh)
        .await
        .tokens("refreshSession");
    let query = "mutation { deleteAccount(input: {}) { userErrors { code } } }";
    assert_eq!(Tried::of(&proven.query(query).await), Tried::Right);
}
