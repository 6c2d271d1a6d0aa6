//! The same token twice in a row, from the same program: tabs and clients that lost an answer do so.

use std::time::Duration;

use super::{INSTANT, almost, assert_dead, assert_invalid, row};
use crate::support::{Person, TestApp, Tokens};

/// Ada, whose first token was traded a moment ago; and what it was traded for.
async fn traded(app: &TestApp) -> (Person, Tokens) {
    let ada = app.user("ada").await;
    let answer = app.anonymous().refresh(&ada.refresh_token).await;
    (ada, answer.tokens("refreshSession"))
}

#[tokio::test]
async fn within_the_window_it_gets_the_same_refresh_token_again() {
    let app = TestApp::start().await;
    let (ada, first) = traded(&app).await;
    let mut before = row(&app, &ada.session_id).await;
    for pause in [
        Duration::ZERO,
        Duration::from_secs(20),
        almost(Duration::from_secs(10)),
    ] {
        app.pass(pause);
        let answer = app.anonymous().refresh(&ada.refresh_token).await;
        let again = answer.tokens("refreshSession");
        assert_eq!(again.refresh, first.refresh);
        assert_ne!(again.access, first.access);
        let payload = answer.data("refreshSession");
        assert_eq!(
            payload["tokens"]["refreshTokenExpiresAt"],
            payload["session"]["expiresAt"]
        );
        for access in [&first.access, &again.access] {
            assert_eq!(app.bearer(access).me().await.data("me")["id"], ada.id);
        }
    }
    // One rotation, whatever was asked; the late repeat is recorded.
    before.repeat_weight = 1;
    assert_eq!(row(&app, &ada.session_id).await, before);
    assert_eq!(before.refresh_generation, 1);
    assert_eq!(app.app.metrics.refresh_answers_repeated.get(), 3);
    assert_eq!(app.app.metrics.refresh_tokens_reused.get(), 0);
}

#[tokio::test]
async fn a_client_that_lost_the_answer_asks_again_and_goes_on() {
    let app = TestApp::start().await;
    let (ada, _lost) = traded(&app).await;
    let mut refresh = ada.refresh_token.clone();
    for is_lost in [true, true, false, true, true] {
        let client = app.anonymous();
        client.refresh(&refresh).await;
        if is_lost {
            app.pass(Duration::from_secs(3));
        }
        let found = client.refresh(&refresh).await.tokens("refreshSession");
        assert_eq!(app.bearer(&found.access).me().await.data("me")["id"], ada.id);
        refresh = found.refresh;
        app.pass(Duration::from_mins(1));
    }
    assert_eq!(row(&app, &ada.session_id).await.revoked_at, None);
}

#[tokio::test]
async fn at_the_end_of_the_window_the_session_ends() {
    let app = TestApp::start().await;
    let (ada, first) = traded(&app).await;
    app.pass(app.app.config.refresh_replay_window);
    assert_invalid(&app.anonymous().refresh(&ada.refresh_token).await);
    for access in [&ada.token, &first.access] {
        assert_dead(&app, &ada.session_id, access, &first.refresh).await;
    }
}

#[tokio::test]
async fn asking_again_does_not_keep_the_window_open() {
    let app = TestApp::start().await;
    let (ada, first) = traded(&app).await;
    for _ in 0..29 {
        app.pass(Duration::from_secs(1));
        let again = app.anonymous().refresh(&ada.refresh_token).await;
        assert_eq!(again.tokens("refreshSession").refresh, first.refresh);
    }
    app.pass(Duration::from_secs(1));
    assert_invalid(&app.anonymous().refresh(&ada.refresh_token).await);
}

#[tokio::test]
async fn a_tab_that_has_the_answer_already_takes_nothing_from_one_whose_request_is_late() {
    let app = TestApp::start().await;
    let (ada, first) = traded(&app).await;
    app.pass(almost(app.app.config.refresh_replay_window));
    // The fast tab holds the new token and trades that; then the slow tab's request arrives, with the old one.
    for refresh in [&first.refresh, &ada.refresh_token, &first.refresh] {
        let again = app.anonymous().refresh(refresh).await;
        assert_eq!(again.tokens("refreshSession").refresh, first.refresh);
    }
    app.pass(INSTANT);
    let next = app.anonymous().refresh(&first.refresh).await;
    assert_ne!(next.tokens("refreshSession").refresh, first.refresh);
    assert_eq!(row(&app, &ada.session_id).await.refresh_generation, 2);
}

#[tokio::test]
async fn the_window_is_as_long_as_the_settings_say() {
    for seconds in [1_u64, 60] {
        let window = Duration::from_secs(seconds);
        let app = TestApp::with(|config| config.refresh_replay_window = window).await;
        let (ada, first) = traded(&app).await;
        app.pass(almost(window));
        let again = app.anonymous().refresh(&ada.refresh_token).await;
        assert_eq!(again.tokens("refreshSession").refresh, first.refresh);
        app.pass(INSTANT);
        assert_invalid(&app.anonymous().refresh(&ada.refresh_token).await);
        assert_dead(&app, &ada.session_id, &first.access, &first.refresh).await;
    }
}

#[tokio::test]
async fn without_a_window_each_token_comes_once() {
    let app = TestApp::with(|config| config.refresh_replay_window = Duration::ZERO).await;
    let (ada, first) = traded(&app).await;
    let second = app
        .anonymous()
        .refresh(&first.refresh)
        .await
        .tokens("refreshSession");
    assert_eq!(app.bearer(&second.access).me().await.data("me")["id"], ada.id);
    assert_invalid(&app.anonymous().refresh(&first.refresh).await);
    assert_dead(&app, &ada.session_id, &second.access, &second.refresh).await;
}

#[tokio::test]
async fn a_clock_that_goes_back_takes_nothing_for_a_theft() {
    let app = TestApp::start().await;
    let (ada, first) = traded(&app).await;
    // As when another server, whose clock is a little behind, gets the repetition.
    app.clock.go_back(Duration::from_secs(2));
    let again = app.anonymous().refresh(&ada.refresh_token).await;
    assert_eq!(again.tokens("refreshSession").refresh, first.refresh);
}
