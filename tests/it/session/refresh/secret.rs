//! Refresh tokens while the server's secret is replaced.

use portcullis::platform::config::ServerSecret;

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
async fn where_the_secret_of_a_token_is_gone_it_opens_nothing_and_ends_nothing() {
    let before = with_older().await;
    let ada = before.user("ada").await;
    let used = ada.refresh_token.clone();
    let present = before
        .anonymous()
        .refresh(&used)
        .await
        .tokens("refreshSession")
        .refresh;
    with_secrets(&before, &[NEWER, OLDER]).await;
    let after = with_secrets(&before, &[NEWER]).await;
    let kept = row(&before, &ada.session_id).await;
    for token in [&used, &present] {
        assert_invalid(&after.anonymous().refresh(token).await);
        assert_eq!(
            after
                .anonymous()
                .logout_with(serde_json::json!({ "refreshToken": token }))
                .await
                .data("logout")["wasSignedIn"],
            false
        );
    }
    assert_eq!(row(&before, &ada.session_id).await, kept);
    // A server that still has it goes on.
    before
        .anonymous()
        .refresh(&present)
        .await
        .tokens("refreshSession");
}

#[tokio::test]
async fn a_server_that_lacks_the_newest_secret_takes_no_tokens_made_under_it() {
    let behind = with_older().await;
    let ada = behind.user("ada").await;
    let ahead = with_secrets(&behind, &[NEWER, OLDER]).await;
    let traded = ahead.anonymous().refresh(&ada.refresh_token).await;
    let traded = traded.tokens("refreshSession");
    let kept = row(&behind, &ada.session_id).await;
    assert_invalid(&behind.anonymous().refresh(&traded.refresh).await);
    // It knows the token before, and cannot make the one that came of it.
    let answer = behind.anonymous().refresh(&ada.refresh_token).await;
    assert_eq!(answer.codes(), ["INTERNAL_SERVER_ERROR"]);
    assert_eq!(row(&behind, &ada.session_id).await, kept);
    ahead
        .anonymous()
        .refresh(&traded.refresh)
        .await
        .tokens("refreshSession");
}
