//! Refresh tokens while the server's secret is replaced.

use portcullis::{
    platform::{config::ServerSecret, crypto::NotOpened},
    server::wiring::StartError,
};

use super::{assert_invalid, row};
use crate::support::TestApp;

const OLDER: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";
const NEWER: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";

/// A server like this one, on the same database, with these secrets.
async fn with_secrets(app: &TestApp, secrets: &[&str]) -> TestApp {
    app.another(|config| config.secret = Some(ServerSecret::parse(&secrets.join(",")).unwrap()))
        .await
}

async fn with_older() -> TestApp {
    TestApp::with(|config| config.secret = Some(ServerSecret::parse(OLDER).unwrap())).await
}

#[tokio::test]
async fn a_token_made_under_the_older_secret_is_traded_for_one_under_the_newer() {
    let before = with_older().await;
    let ada = before.user("ada").await;
    let between = with_secrets(&before, &[NEWER, OLDER]).await;
    let answer = between.anonymous().refresh(&ada.refresh_token).await;
    let traded = answer.tokens("refreshSession");
    between.pass(between.app.config.refresh_replay_window);
    // The older secret is gone.
    let after = with_secrets(&before, &[NEWER]).await;
    let again = after
        .anonymous()
        .refresh(&traded.refresh)
        .await
        .tokens("refreshSession");
    assert_eq!(after.bearer(&again.access).me().await.data("me")["id"], ada.id);
    assert_eq!(row(&after, &ada.session_id).await.refresh_generation, 2);
}

#[tokio::test]
async fn while_both_secrets_are_there_a_repetition_gets_the_same_token_as_before() {
    let before = with_older().await;
    let ada = before.user("ada").await;
    let first = before.anonymous().refresh(&ada.refresh_token).await;
    let first = first.tokens("refreshSession");
    // The answer was made under the older secret, and is asked for again where the newer one is in front.
    let between = with_secrets(&before, &[NEWER, OLDER]).await;
    let again = between.anonymous().refresh(&ada.refresh_token).await;
    assert_eq!(again.tokens("refreshSession").refresh, first.refresh);
    assert_eq!(row(&between, &ada.session_id).await.refresh_generation, 1);
}

#[tokio::test]
async fn a_theft_is_found_out_across_the_change_of_secrets() {
    let before = with_older().await;
    let ada = before.user("ada").await;
    let between = with_secrets(&before, &[NEWER, OLDER]).await;
    let traded = between.anonymous().refresh(&ada.refresh_token).await;
    let traded = traded.tokens("refreshSession");
    between.pass(between.app.config.refresh_replay_window);
    assert_invalid(&between.anonymous().refresh(&ada.refresh_token).await);
    assert_invalid(&between.anonymous().refresh(&traded.refresh).await);
}

#[tokio::test]
async fn sessions_outlive_the_secret_under_which_they_began() {
    let before = with_older().await;
    let ada = before.user("ada").await;
    with_secrets(&before, &[NEWER, OLDER]).await;
    let after = with_secrets(&before, &[NEWER]).await;
    let traded = after.anonymous().refresh(&ada.refresh_token).await;
    let traded = traded.tokens("refreshSession");
    assert_eq!(after.bearer(&traded.access).me().await.data("me")["id"], ada.id);
    // A server that still has the older secret alone goes on with the same keys.
    before
        .anonymous()
        .refresh(&traded.refresh)
        .await
        .tokens("refreshSession");
}

#[tokio::test]
async fn a_server_with_the_older_secret_alone_does_not_start_once_a_newer_one_has_sealed() {
    let before = with_older().await;
    with_secrets(&before, &[NEWER, OLDER]).await;
    let older = ServerSecret::parse(OLDER).unwrap();
    let refused = before.would_start(|config| config.secret = Some(older)).await;
    assert!(matches!(
        refused,
        Err(StartError::SealedKey(NotOpened::UnknownKey))
    ));
}

#[tokio::test]
async fn a_data_key_opens_for_its_own_purpose_only() {
    let app = TestApp::start().await;
    app.sql(
        "UPDATE data_keys SET purpose = CASE purpose WHEN 'mail' THEN 'refresh' WHEN 'refresh' THEN 'mail' ELSE purpose END",
    )
    .await;
    let refused = app.would_start(|_| {}).await;
    assert!(matches!(refused, Err(StartError::SealedKey(NotOpened::Altered))));
}
