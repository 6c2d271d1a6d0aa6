//! Signing out.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{assert_in, assert_out};
use crate::support::{Answer, Client, TestApp};

/// Whether a sign-out ended a session.
async fn signs_out(client: &Client, input: Value) -> bool {
    was_signed_in(&client.logout_with(input).await)
}

fn was_signed_in(answer: &Answer) -> bool {
    let logout = answer.data("logout");
    assert_eq!(logout["userErrors"], json!([]));
    logout["wasSignedIn"].as_bool().unwrap()
}

fn by(token: &str) -> Value {
    json!({ "refreshToken": token })
}

#[tokio::test]
async fn after_sign_out_both_tokens_stop_working_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_eq!(ada.client.logout().await.data("logout")["wasSignedIn"], true);
    assert_out(&app, &ada).await;
    assert_eq!(ada.client.logout().await.data("logout")["wasSignedIn"], false);
}

#[tokio::test]
async fn signing_out_without_a_session_succeeds() {
    let app = TestApp::start().await;
    for client in [app.anonymous(), app.bearer("garbage")] {
        for input in [Value::Null, json!({}), by(""), json!({ "refreshToken": null })] {
            assert!(!signs_out(&client, input).await);
        }
    }
}

#[tokio::test]
async fn a_sign_out_holds_on_every_server_of_the_database() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    assert_eq!(other.bearer(&ada.token).me().await.data("me")["id"], ada.id);
    ada.client.logout().await;
    // The other server goes by what it read for as long as `session_cache` says.
    app.pass(app.app.config.session_cache);
    assert_eq!(other.bearer(&ada.token).me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn the_refresh_token_alone_signs_out() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let elsewhere = app.sign_in(&ada.email).await;
    assert!(signs_out(&app.anonymous(), by(&ada.refresh_token)).await);
    assert_out(&app, &ada).await;
    assert!(!signs_out(&app.anonymous(), by(&ada.refresh_token)).await);
    // One that came with a dead access token, too.
    assert!(signs_out(&ada.client, by(&elsewhere.refresh_token)).await);
    assert_out(&app, &elsewhere).await;
}

#[tokio::test]
async fn so_does_one_that_was_traded_long_ago() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut refresh = ada.refresh_token.clone();
    for _ in 0..3 {
        app.pass(std::time::Duration::from_hours(1));
        refresh = app
            .anonymous()
            .refresh(&refresh)
            .await
            .tokens("refreshSession")
            .refresh;
    }
    assert!(signs_out(&app.anonymous().agent("curl"), by(&ada.refresh_token)).await);
    let answer = app.anonymous().refresh(&refresh).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn a_forged_refresh_token_signs_nobody_out() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    for forged in super::refresh::forgeries(&ada.refresh_token, &eve.refresh_token) {
        assert!(!signs_out(&app.anonymous(), by(&forged)).await, "{forged}");
    }
    for access in [&ada.token, &eve.token] {
        assert!(!signs_out(&app.anonymous(), by(access)).await);
    }
    assert_in(&ada).await;
    // With a valid access token it does no harm.
    let forged = super::refresh::forgeries(&ada.refresh_token, &eve.refresh_token).remove(0);
    assert!(signs_out(&eve.client, by(&forged)).await);
    assert_out(&app, &eve).await;
    assert_in(&ada).await;
}

#[tokio::test]
async fn both_tokens_of_one_session_are_one_sign_out_and_of_two_sessions_two() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (second, third) = (app.sign_in(&ada.email).await, app.sign_in(&ada.email).await);
    assert!(signs_out(&ada.client, by(&ada.refresh_token)).await);
    assert_out(&app, &ada).await;
    assert_in(&second).await;
    assert!(signs_out(&second.client, by(&third.refresh_token)).await);
    assert_out(&app, &second).await;
    assert_out(&app, &third).await;
}

#[tokio::test]
async fn a_session_that_ran_out_was_not_signed_in() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(std::time::Duration::from_hours(14 * 24));
    assert!(!signs_out(&app.anonymous(), by(&ada.refresh_token)).await);
    let session = app.session(&ada.session_id).await.unwrap();
    assert_eq!(session.revoked_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_eight_sign_outs_at_once_one_has_ended_the_session() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    for round in 0..25 {
        let session = app.sign_in(&ada.email).await;
        let mut race = JoinSet::new();
        for number in 0..8 {
            let server = if number % 2 == 0 { &app } else { &other };
            let (client, input) = match number % 4 {
                0 | 1 => (server.bearer(&session.token), Value::Null),
                2 => (server.anonymous(), by(&session.refresh_token)),
                _ => (server.bearer(&session.token), by(&session.refresh_token)),
            };
            race.spawn(async move { signs_out(&client, input).await });
        }
        let outcomes = race.join_all().await;
        assert_eq!(
            outcomes.iter().filter(|was_signed_in| **was_signed_in).count(),
            1,
            "round {round}: {outcomes:?}"
        );
        assert_out(&app, &session).await;
    }
}

#[tokio::test]
async fn no_argument_says_who_signs_out() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    for more in ["userId", "sessionId", "id", "accessToken"] {
        let answer = eve.client.logout_with(json!({ more: ada.session_id })).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{more}");
    }
    assert_in(&ada).await;
    assert_in(&eve).await;
}
