//! Proving again who one is.

use portcullis::platform::crypto::Asker;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Device, REAUTHENTICATE, assert_done, reauthenticate, refusal, refusals};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_proof_counts_for_as_long_as_is_set() {
    for (minutes, until) in [
        (None, "2026-11-22T12:10:00.000Z"),
        (Some(1), "2026-11-22T12:01:00.000Z"),
        (Some(60), "2026-11-22T13:00:00.000Z"),
    ] {
        let app = TestApp::with(|config| {
            if let Some(minutes) = minutes {
                config.reauthentication_ttl = Duration::from_mins(minutes);
            }
        })
        .await;
        let ada = app.user("ada").await;
        let answer = reauthenticate(&ada.client, PASSWORD).await;
        assert_done(&answer);
        assert_eq!(answer.data("reauthenticate")["validUntil"], until);
    }
}

#[tokio::test]
async fn a_second_proof_counts_from_its_own_time_on() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_done(&reauthenticate(&ada.client, PASSWORD).await);
    app.pass(Duration::from_mins(4));
    let answer = reauthenticate(&ada.client, PASSWORD).await;
    assert_eq!(
        answer.data("reauthenticate")["validUntil"],
        "2026-11-22T12:14:00.000Z"
    );
    // A wrong one in between takes nothing back and adds nothing.
    app.pass(Duration::from_mins(5));
    let answer = reauthenticate(&ada.client, "not the password").await;
    assert_eq!(answer.data("reauthenticate")["validUntil"], json!(null));
    app.pass(Duration::from_millis(5 * 60_000 - 1));
    let left = super::delete_account(&ada.client, json!({})).await;
    assert_done(&left);
}

#[tokio::test]
async fn another_password_proves_nothing() {
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    let device = Device::of(&app, &ada).await;
    let long = "x".repeat(5_000);
    for password in [
        "",
        " ",
        "not the password",
        &PASSWORD.to_uppercase(),
        &format!("{PASSWORD} "),
        &format!("{PASSWORD}\0"),
        &long,
    ] {
        let answer = reauthenticate(&device.client, password).await;
        assert_eq!(
            answer.user_errors("reauthenticate"),
            [(
                "CURRENT_PASSWORD_INCORRECT",
                "This is not your current password.",
                json!(["password"])
            )]
        );
        assert_eq!(answer.data("reauthenticate")["validUntil"], json!(null));
    }
    assert_eq!(device.row(&app).await.unwrap().reauthenticated_at, None);
    for stored in [None, Some("nonsense"), Some("")] {
        app.put_hash(&ada.email, stored).await;
        for password in [PASSWORD, "nonsense", ""] {
            let answer = reauthenticate(&device.client, password).await;
            assert_eq!(
                refusals(&answer),
                [refusal("CURRENT_PASSWORD_INCORRECT", Some("password"))]
            );
        }
    }
    assert_eq!(device.row(&app).await.unwrap().reauthenticated_at, None);
}

#[tokio::test]
async fn letters_typed_in_another_way_prove_the_same() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let hash = app
        .app
        .hasher
        .hash(Asker::Stranger, &"caf\u{E9} au bord".into())
        .await
        .unwrap();
    app.put_hash(&ada.email, Some(hash.as_str())).await;
    assert_done(&reauthenticate(&ada.client, "cafe\u{301}\u{A0}au bord").await);
}

#[tokio::test]
async fn there_is_exactly_one_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let device = Device::of(&app, &ada).await;
    for input in [
        json!(null),
        json!({}),
        json!([]),
        json!(PASSWORD),
        json!({ "password": null }),
        json!({ "password": 1 }),
        json!({ "password": [PASSWORD] }),
        json!({ "password": PASSWORD, "totpCode": "123456" }),
        json!({ "password": PASSWORD, "password2": null }),
        json!({ "totpCode": "123456" }),
    ] {
        let answer = device.client.run(REAUTHENTICATE, json!({ "input": input })).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{input}: {}", answer.text);
        assert!(answer.body.get("data").is_none_or(Value::is_null), "{input}");
        assert!(!answer.text.contains(PASSWORD));
    }
    for input in [
        "{}".to_owned(),
        "{ password: null }".to_owned(),
        format!("{{ password: \"{PASSWORD}\" password: \"{PASSWORD}\" }}"),
        format!("{{ password: \"{PASSWORD}\" totpCode: \"123456\" }}"),
        format!("[\"{PASSWORD}\"]"),
    ] {
        let document = format!("mutation {{ reauthenticate(input: {input}) {{ validUntil }} }}");
        let answer = device.client.query(&document).await;
        assert_eq!(
            answer.codes(),
            ["GRAPHQL_VALIDATION_FAILED"],
            "{input}: {}",
            answer.text
        );
        assert!(!answer.text.contains(PASSWORD));
    }
    // A variable that may be missing is no proof either, whether or not it is there.
    let document =
        "mutation ($password: String) { reauthenticate(input: { password: $password }) { validUntil } }";
    for variables in [
        json!({}),
        json!({ "password": null }),
        json!({ "password": PASSWORD }),
    ] {
        let answer = device.client.run(document, variables.clone()).await;
        assert_eq!(
            answer.codes(),
            ["GRAPHQL_VALIDATION_FAILED"],
            "{variables}: {}",
            answer.text
        );
    }
    assert_eq!(device.row(&app).await.unwrap().reauthenticated_at, None);
}

#[tokio::test]
async fn a_session_that_is_over_proves_nothing_any_more() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let device = Device::of(&app, &ada).await;
    device.client.logout().await;
    assert_eq!(
        reauthenticate(&device.client, PASSWORD).await.reason(),
        "SESSION_REVOKED"
    );
    assert_eq!(
        reauthenticate(&app.anonymous(), PASSWORD).await.reason(),
        "TOKEN_MISSING"
    );
    assert_eq!(device.row(&app).await.unwrap().reauthenticated_at, None);
}
