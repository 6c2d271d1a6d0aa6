//! Proving again who one is.

use portcullis::platform::crypto::Asker;
use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Device, REAUTHENTICATE, assert_done, delete_account, proven, reauthenticate, refresh, refusal, refusals,
};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_proof_counts_for_as_long_as_is_set() {
    for (minutes, until) in [
        (None, "2026-11-22T12:10:00.000Z"),
        (Some(1), "2026-11-22T12:01:00.000Z"),
        (Some(60), "2026-11-22T13:00:00.000Z"),
    ] {
        let app = TestApp::with(|config| {
            config.access_token_ttl = Duration::from_hours(2);
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
async fn it_never_counts_for_longer_than_the_token_that_carries_it() {
    for (token, session, until) in [
        (
            Duration::from_mins(15),
            Duration::from_hours(9),
            "2026-11-22T12:15:00.500Z",
        ),
        (
            Duration::from_mins(3),
            Duration::from_hours(9),
            "2026-11-22T12:03:00.500Z",
        ),
        // A session that ends earlier shortens its tokens, in whole seconds.
        (
            Duration::from_mins(15),
            Duration::from_mins(7),
            "2026-11-22T12:07:00.000Z",
        ),
    ] {
        let app = TestApp::with(|config| {
            config.reauthentication_ttl = Duration::from_hours(1);
            config.access_token_ttl = token;
            config.session_lifetime = session;
        })
        .await;
        let ada = app.user("ada").await;
        app.pass(Duration::from_millis(500));
        let answer = reauthenticate(&ada.client, PASSWORD).await;
        assert_done(&answer);
        let payload = answer.data("reauthenticate");
        let expiry = payload["tokens"]["accessTokenExpiresAt"].as_str().unwrap();
        assert_eq!(payload["validUntil"], expiry);
        // Tokens tell whole seconds.
        assert_eq!(expiry, until.replace(".500Z", ".000Z"));
    }
}

#[tokio::test]
async fn a_second_proof_counts_from_its_own_time_on() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let first = proven(&app, &ada.client).await;
    app.pass(Duration::from_mins(4));
    let answer = reauthenticate(&first, PASSWORD).await;
    assert_eq!(
        answer.data("reauthenticate")["validUntil"],
        "2026-11-22T12:14:00.000Z"
    );
    let second = app.bearer(&answer.tokens("reauthenticate").access);
    // A wrong one in between takes nothing back and adds nothing.
    app.pass(Duration::from_mins(5));
    let answer = reauthenticate(&second, "not the password").await;
    assert_eq!(answer.data("reauthenticate")["validUntil"], json!(null));
    assert_eq!(answer.data("reauthenticate")["tokens"], json!(null));
    app.pass(Duration::from_millis(5 * 60_000 - 1));
    assert_done(&delete_account(&second, json!({})).await);
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
        assert_eq!(answer.data("reauthenticate")["tokens"], json!(null));
    }
    assert_eq!(device.row(&app).await.unwrap().reauthenticated_at, None);
    let wrong = refusal("CURRENT_PASSWORD_INCORRECT", Some("password"));
    // Without a password, no text is one; with a hash that none makes, none is right.
    let never = refusal("REAUTHENTICATION_REQUIRED", None);
    for (stored, expected) in [
        (None, never),
        (Some("nonsense"), wrong.clone()),
        (Some(""), wrong),
    ] {
        app.put_hash(&ada.email, stored).await;
        for password in [PASSWORD, "nonsense", ""] {
            let answer = reauthenticate(&device.client, password).await;
            assert_eq!(refusals(&answer), std::slice::from_ref(&expected), "{stored:?}");
            assert_eq!(answer.data("reauthenticate")["tokens"], json!(null));
        }
    }
    let row = device.row(&app).await.unwrap();
    assert_eq!((row.reauthenticated_at, row.refresh_generation), (None, 0));
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
        json!({ "password": PASSWORD, "recoveryCode": "AAAAA-AAAAA" }),
        json!({ "password": PASSWORD, "emailCode": { "challengeToken": "pct_x", "code": "0000-0000" } }),
        json!({ "password": PASSWORD, "totpCode": null }),
        json!({ "password": PASSWORD, "password2": null }),
        json!({ "totpCode": null }),
        json!({ "totpCode": "123456", "recoveryCode": "AAAAA-AAAAA" }),
        json!({ "emailCode": {} }),
        json!({ "emailCode": { "code": "0000-0000" } }),
        json!({ "passkey": { "challengeToken": "pct_x" } }),
        json!({ "passkey": { "challengeToken": "pct_x", "credential": "{}" } }),
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
    // The account has none of these, so none of them is a proof.
    for input in [
        json!({ "totpCode": "123456" }),
        json!({ "totpCode": "" }),
        json!({ "recoveryCode": "AAAAA-AAAAA" }),
        json!({ "emailCode": { "challengeToken": "pct_x", "code": "0000-0000" } }),
        json!({ "passkey": { "challengeToken": "pct_x", "credential": {} } }),
    ] {
        let answer = device.client.run(REAUTHENTICATE, json!({ "input": input })).await;
        assert_eq!(
            refusals(&answer),
            [refusal("REAUTHENTICATION_REQUIRED", None)],
            "{input}"
        );
        assert_eq!(answer.data("reauthenticate")["tokens"], json!(null));
    }
    assert_eq!(device.row(&app).await.unwrap().reauthenticated_at, None);
}

#[tokio::test]
async fn the_refresh_token_of_before_is_used_up() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let device = Device::of(&app, &ada).await;
    let answer = reauthenticate(&device.client, PASSWORD).await;
    assert_done(&answer);
    let tokens = answer.tokens("reauthenticate");
    assert_ne!(tokens.refresh, device.refresh);
    assert_eq!(answer.headers.get("set-cookie"), None);
    app.pass(app.app.config.refresh_replay_window);
    let traded = refresh(&app, &tokens.refresh).await;
    assert_done(&traded);
    // It is the same session, so a holder of the earlier token stole it.
    let stolen = refresh(&app, &device.refresh).await;
    assert_eq!(refusals(&stolen), [refusal("REFRESH_TOKEN_INVALID", None)]);
    for client in [device.client, app.bearer(&tokens.access)] {
        assert_eq!(client.me().await.reason(), "SESSION_REVOKED");
    }
}

#[tokio::test]
async fn a_refusal_uses_no_token_up() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let answer = reauthenticate(&ada.client, "not the password").await;
    assert_eq!(answer.data("reauthenticate")["tokens"], json!(null));
    app.pass(app.app.config.refresh_replay_window);
    assert_done(&refresh(&app, &ada.refresh_token).await);
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
