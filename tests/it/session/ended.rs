//! Sessions that end otherwise than by sign-out: the very next request is refused.

use std::time::Duration;

use portcullis::platform::config::PublicUrl;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_old_sessions_stay_ended() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    app.disable(&ada.email).await;
    for server in [&app, &other] {
        let answer = server.bearer(&ada.token).me().await;
        assert_eq!(answer.reason(), "SESSION_REVOKED");
        assert_eq!(answer.body["errors"][0]["message"], "Token is invalid!");
        assert_eq!(server.bearer(&eve.token).me().await.data("me")["id"], eve.id);
    }
    app.enable(&ada.email).await;
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["id"], ada.id);
}

#[tokio::test]
async fn a_user_or_session_that_is_gone_counts_as_ended() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    app.sql("DELETE FROM users WHERE email_key = 'ada@example.com'")
        .await;
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(eve.client.me().await.data("me")["id"], eve.id);
    app.sql("DELETE FROM sessions").await;
    assert_eq!(eve.client.me().await.reason(), "SESSION_REVOKED");
    // The address is free again, and the new account is not opened by the old token.
    let again = app.user("ada").await;
    assert_ne!(again.id, ada.id);
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_and_use_keeps_it_alive() {
    let app = TestApp::with(|config| config.session_idle_timeout = Duration::from_mins(5)).await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    app.pass(Duration::from_millis(5 * 60_000 - 1));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    app.pass(Duration::from_millis(1));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    assert_eq!(eve.client.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(eve.client.logout().await.data("logout")["wasSignedIn"], false);
}

#[tokio::test]
async fn use_does_not_keep_a_session_alive_past_its_lifetime() {
    let app = TestApp::with(|config| {
        config.session_idle_timeout = Duration::from_mins(5);
        config.session_lifetime = Duration::from_mins(7);
    })
    .await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(4));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    app.pass(Duration::from_mins(3));
    assert_eq!(ada.client.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn the_use_of_a_session_is_noted_to_the_minute() {
    const SESSION: &str = "{ viewer { session { createdAt lastUsedAt expiresAt } } }";
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_millis(59_999));
    let first = ada.client.query(SESSION).await;
    let first = &first.data("viewer")["session"];
    assert_eq!(first["lastUsedAt"], first["createdAt"]);
    // After one more minute at most: each session waits a part of it, so that not all are noted at once.
    app.pass(Duration::from_millis(60_001));
    for client in [&ada.client, &app.another(|_| {}).await.bearer(&ada.token)] {
        let second = client.query(SESSION).await;
        let second = &second.data("viewer")["session"];
        assert_eq!(second["lastUsedAt"], "2026-11-22T12:02:00.000Z");
        assert_eq!(second["expiresAt"], "2026-12-06T12:02:00.000Z");
    }
}

#[tokio::test]
async fn tokens_of_another_issuer_or_for_another_audience_are_none_of_ours() {
    let app = TestApp::start().await;
    let elsewhere = app
        .another(|config| config.public_url = PublicUrl::parse("http://localhost:8001").unwrap())
        .await;
    let shop = app
        .another(|config| "shop".clone_into(&mut config.audience))
        .await;
    // All three sign with one key, and share the accounts.
    let ada = app.user("ada").await;
    for (from, to) in [
        (&app, &elsewhere),
        (&app, &shop),
        (&elsewhere, &app),
        (&shop, &app),
    ] {
        let answer = from.anonymous().login(&ada.email, PASSWORD).await;
        let token = answer.data("login")["tokens"]["accessToken"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(from.bearer(&token).me().await.data("me")["id"], ada.id);
        assert_eq!(to.bearer(&token).me().await.reason(), "TOKEN_INVALID");
    }
    let ada = shop.sign_in(&ada.email).await;
    for server in [&app, &elsewhere, &shop] {
        let service = server.bearer(ada.service_token.as_deref().unwrap());
        assert_eq!(service.me().await.reason(), "TOKEN_INVALID");
    }
}

#[tokio::test]
async fn no_access_token_outlives_the_end_of_its_session() {
    let app = TestApp::with(|config| config.session_lifetime = Duration::from_hours(1)).await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(50));
    let answer = ada.client.refresh(&ada.refresh_token).await;
    let tokens = &answer.data("refreshSession")["tokens"];
    assert_eq!(tokens["accessTokenExpiresAt"], "2026-11-22T13:00:00.000Z");
    assert_eq!(tokens["refreshTokenExpiresAt"], "2026-11-22T13:00:00.000Z");
}
