//! Every door through which a password can be tried leads to one count.

use serde_json::json;

use super::{Tried, WRONG, login, verified};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

const DOORS: [&str; 4] = ["login", "changePassword", "reauthenticate", "deleteAccount"];

/// Tries a password at one of them.
async fn enter(client: &Client, person: &Person, door: &str, password: &str) -> Answer {
    let (kind, input) = match door {
        "login" => return client.login(&person.email, password).await,
        "changePassword" => (
            "ChangePasswordInput",
            json!({ "currentPassword": password, "newPassword": "a candle behind thick glass" }),
        ),
        "reauthenticate" => ("ReauthenticateInput", json!({ "password": password })),
        _ => ("DeleteAccountInput", json!({ "currentPassword": password })),
    };
    let query = format!("mutation ($input: {kind}!) {{ {door}(input: $input) {{ userErrors {{ code }} }} }}");
    client.run(&query, json!({ "input": input })).await
}

#[tokio::test]
async fn failures_at_one_door_close_all_of_them() {
    for begun in 0..DOORS.len() {
        let app = TestApp::start().await;
        let ada = app.user("ada").await;
        for number in 0..5 {
            let door = DOORS[(begun + number) % DOORS.len()];
            let answer = enter(&ada.client, &ada, door, WRONG).await;
            assert_eq!(Tried::of(&answer), Tried::Wrong, "{door}");
        }
        for door in DOORS {
            for password in [WRONG, PASSWORD] {
                let answer = enter(&ada.client, &ada, door, password).await;
                assert_eq!(Tried::of(&answer), Tried::TooMany(900), "{door}");
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
        let answer = enter(&thief, &ada, "reauthenticate", WRONG).await;
        assert_eq!(Tried::of(&answer), Tried::Wrong);
    }
    let elsewhere = app.anonymous().at("203.0.113.8");
    for door in DOORS {
        assert!(
            Tried::of(&enter(&thief, &ada, door, WRONG).await).is_too_many(),
            "{door}"
        );
    }
    assert!(login(&elsewhere, &ada.email, WRONG).await.is_too_many());
    // Ada is where she signed up, and feels nothing of it.
    let answer = enter(&ada.client, &ada, "reauthenticate", PASSWORD).await;
    assert_eq!(Tried::of(&answer), Tried::Right);
}

#[tokio::test]
async fn the_right_password_at_one_door_forgives_failures_at_others() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for door in ["reauthenticate", "changePassword", "login"] {
        for failing in ["login", "reauthenticate", "changePassword", "deleteAccount"] {
            let answer = enter(&ada.client, &ada, failing, WRONG).await;
            assert_eq!(Tried::of(&answer), Tried::Wrong, "{failing} before {door}");
        }
        let password = if door == "login" {
            "a candle behind thick glass"
        } else {
            PASSWORD
        };
        let answer = enter(&ada.client, &ada, door, password).await;
        assert_eq!(Tried::of(&answer), Tried::Right, "{door}");
    }
}

#[tokio::test]
async fn what_needs_no_password_is_not_held_up() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let answer = enter(&ada.client, &ada, "reauthenticate", PASSWORD).await;
    assert_eq!(Tried::of(&answer), Tried::Right);
    super::fail(&app.anonymous(), &ada.email, 5).await;
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    app.anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    let query = "mutation { deleteAccount(input: {}) { userErrors { code } } }";
    assert_eq!(Tried::of(&ada.client.query(query).await), Tried::Right);
}
