//! Several servers on one database: what one does holds on the others at the very next request.

use std::time::Duration;

use serde_json::json;

use super::{assert_dead, assert_invalid, row};
use crate::support::TestApp;

#[tokio::test]
async fn tokens_of_one_server_are_traded_at_the_other() {
    let one = TestApp::start().await;
    let other = one.another(|_| {}).await;
    let ada = one.user("ada").await;
    let mut refresh = ada.refresh_token;
    for turn in 1..=6 {
        let (here, there) = if turn % 2 == 0 {
            (&one, &other)
        } else {
            (&other, &one)
        };
        let traded = here.anonymous().refresh(&refresh).await.tokens("refreshSession");
        assert_eq!(there.bearer(&traded.access).me().await.data("me")["id"], ada.id);
        let again = there.anonymous().refresh(&refresh).await.tokens("refreshSession");
        assert_eq!(again.refresh, traded.refresh);
        refresh = traded.refresh;
        one.pass(one.app.config.refresh_replay_window);
    }
    assert_eq!(row(&one, &ada.session_id).await.refresh_generation, 6);
}

#[tokio::test]
async fn a_theft_that_one_server_finds_out_is_over_on_the_other() {
    let one = TestApp::start().await;
    let other = one.another(|_| {}).await;
    let ada = one.user("ada").await;
    let traded = one
        .anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    assert_eq!(other.bearer(&traded.access).me().await.data("me")["id"], ada.id);
    one.pass(one.app.config.refresh_replay_window);
    assert_invalid(&one.anonymous().refresh(&ada.refresh_token).await);
    assert_dead(&other, &ada.session_id, &traded.access, &traded.refresh).await;
}

#[tokio::test]
async fn an_end_at_one_server_is_an_end_at_the_other() {
    let one = TestApp::start().await;
    // Otherwise it would go by what it read for a second.
    let other = one.another(|config| config.session_cache = Duration::ZERO).await;
    let ada = one.user("ada").await;
    let by_access = one.sign_in(&ada.email).await;
    let by_refresh = one.sign_in(&ada.email).await;
    let by_id = one.sign_in(&ada.email).await;
    let last = one.sign_in(&ada.email).await;
    for person in [&by_access, &by_refresh, &by_id, &last] {
        // Whatever the other server may remember, it has seen them.
        let there = other.bearer(&person.token);
        assert_eq!(there.me().await.data("me")["id"], ada.id);
    }
    by_access.client.logout().await;
    assert_dead(
        &other,
        &by_access.session_id,
        &by_access.token,
        &by_access.refresh_token,
    )
    .await;
    one.anonymous()
        .logout_with(json!({ "refreshToken": by_refresh.refresh_token }))
        .await;
    assert_dead(
        &other,
        &by_refresh.session_id,
        &by_refresh.token,
        &by_refresh.refresh_token,
    )
    .await;
    ada.client.revoke_session(&by_id.session_id).await;
    assert_dead(&other, &by_id.session_id, &by_id.token, &by_id.refresh_token).await;
    ada.client.revoke_other_sessions().await;
    assert_dead(&other, &last.session_id, &last.token, &last.refresh_token).await;
    assert_eq!(other.bearer(&ada.token).me().await.data("me")["id"], ada.id);
}
