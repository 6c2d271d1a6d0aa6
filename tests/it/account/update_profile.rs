//! Another name.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Device, assert_done, refresh, refusal, refusals, update_profile};
use crate::support::{PASSWORD, TestApp};

/// The name in an access token.
fn name_in(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["name"].clone()
}

#[tokio::test]
async fn the_new_name_is_shown_at_once_and_in_tokens_from_the_next_one_on() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let device = Device::of(&app, &ada).await;
    app.pass(Duration::from_mins(1));
    let answer = update_profile(&ada.client, json!({ "name": "  Zoe\u{308} \u{1F98A} Byron " })).await;
    assert_done(&answer);
    let name = "Zo\u{EB} \u{1F98A} Byron";
    assert_eq!(
        answer.data("updateProfile")["user"],
        json!({
            "id": ada.id, "name": name, "email": ada.email, "isEmailVerified": false, "status": "ACTIVE",
            "roles": [], "updatedAt": "2026-11-22T12:01:00.000Z",
        })
    );
    for client in [&ada.client, &device.client] {
        let me = client.me().await;
        assert_eq!(me.data("me")["name"], name);
        assert_eq!(me.data("me")["updatedAt"], "2026-11-22T12:01:00.000Z");
    }
    assert_eq!(
        name_in(&ada.token),
        "ada",
        "a token that was given out stays as it is"
    );
    let answer = refresh(&app, &device.refresh).await;
    let token = &answer.data("refreshSession")["tokens"]["accessToken"];
    assert_eq!(name_in(token.as_str().unwrap()), name);
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    let token = &answer.data("login")["tokens"]["accessToken"];
    assert_eq!(name_in(token.as_str().unwrap()), name);
}

#[tokio::test]
async fn what_is_no_name_is_refused_and_the_old_one_stays() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let before = app.row(&ada.email).await;
    app.pass(Duration::from_mins(1));
    for (name, code) in [
        (json!(""), "REQUIRED"),
        (json!(" \t\u{3000}\n"), "REQUIRED"),
        (json!("\u{3164}"), "REQUIRED"),
        (json!("x".repeat(101)), "TOO_LONG"),
        (json!("\u{1F98A}".repeat(101)), "TOO_LONG"),
        (json!("x".repeat(10_000)), "TOO_LONG"),
        (json!("Ada\0Lovelace"), "INVALID_CHARACTERS"),
        (json!("Ada\nLovelace"), "INVALID_CHARACTERS"),
        (json!("Ada\u{1B}[31m"), "INVALID_CHARACTERS"),
        (json!("Ada\u{202E}ecalevoL"), "INVALID_CHARACTERS"),
    ] {
        let answer = update_profile(&ada.client, json!({ "name": name })).await;
        assert_eq!(refusals(&answer), [refusal(code, Some("name"))], "{name}");
        assert_eq!(answer.data("updateProfile")["user"], json!(null));
    }
    assert_eq!(app.row(&ada.email).await, before);
    let longest = "\u{1F98A}".repeat(100);
    let answer = update_profile(&ada.client, json!({ "name": longest })).await;
    assert_eq!(answer.data("updateProfile")["user"]["name"], longest);
}

#[tokio::test]
async fn a_name_left_out_or_the_same_is_no_change() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let before = app.row(&ada.email).await;
    app.pass(Duration::from_mins(1));
    for input in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "ada" }),
        json!({ "name": " ada " }),
    ] {
        let answer = update_profile(&ada.client, input).await;
        assert_done(&answer);
        let user = &answer.data("updateProfile")["user"];
        assert_eq!(
            (&user["name"], &user["updatedAt"]),
            (&json!("ada"), &json!("2026-11-22T12:00:00.000Z"))
        );
    }
    assert_eq!(app.row(&ada.email).await, before);
    // A difference of case, or of an accent, is one.
    for name in ["Ada", "\u{C1}da", "ada"] {
        app.pass(Duration::from_secs(1));
        let answer = update_profile(&ada.client, json!({ "name": name })).await;
        assert_eq!(answer.data("updateProfile")["user"]["name"], name);
        let row = app.row(&ada.email).await.unwrap();
        assert_eq!(
            (row.name.as_str(), row.updated_at),
            (name, app.app.clock.now().as_millisecond())
        );
    }
}

#[tokio::test]
async fn changes_in_one_document_build_on_each_other() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let document = "mutation {
        a: updateProfile(input: { name: \"Countess\" }) { user { name } }
        b: updateProfile(input: {}) { user { name } }
        c: updateProfile(input: { name: \"ada\" }) { user { name } }
        d: updateProfile(input: { name: \"Augusta\" }) { user { name } }
        e: updateProfile(input: { name: \"ada\" }) { user { name } }
    }";
    let answer = ada.client.query(document).await;
    let named = |name: &str| json!({ "user": { "name": name } });
    assert_eq!(
        answer.body["data"],
        json!({
            "a": named("Countess"), "b": named("Countess"), "c": named("ada"), "d": named("Augusta"), "e": named("ada"),
        })
    );
    assert_eq!(ada.client.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn nobody_elses_name_changes() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let before = app.row(&eve.email).await;
    assert_done(&update_profile(&ada.client, json!({ "name": "Eve" })).await);
    assert_eq!(app.row(&eve.email).await, before);
}
