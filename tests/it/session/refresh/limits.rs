//! How long a session can be gone on with: two weeks unused, a month whatever its use.

use std::time::Duration;

use super::{INSTANT, almost, assert_invalid, row};
use crate::support::TestApp;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn a_token_that_nobody_uses_for_two_weeks_is_dead() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    app.pass(almost(14 * DAY));
    app.anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    app.pass(INSTANT);
    assert_invalid(&app.anonymous().refresh(&eve.refresh_token).await);
    let eves = row(&app, &eve.session_id).await;
    assert_eq!((eves.refresh_generation, eves.revoked_at), (0, None));
}

#[tokio::test]
async fn no_rotation_carries_a_session_past_a_month() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut token = ada.refresh_token;
    for (days, ends) in [
        (10, "2026-12-16T12:00:00.000Z"),
        (20, "2026-12-22T12:00:00.000Z"),
        (29, "2026-12-22T12:00:00.000Z"),
    ] {
        app.pass(if days == 29 { 9 * DAY } else { 10 * DAY });
        let answer = app.anonymous().refresh(&token).await;
        token = answer.tokens("refreshSession").refresh;
        let payload = answer.data("refreshSession");
        assert_eq!(payload["session"]["expiresAt"], ends, "after {days} days");
        assert_eq!(
            payload["tokens"]["refreshTokenExpiresAt"], ends,
            "after {days} days"
        );
    }
    app.pass(almost(DAY));
    let answer = app.anonymous().refresh(&token).await;
    let traded = answer.tokens("refreshSession");
    let ends = "2026-12-22T12:00:00.000Z";
    assert_eq!(answer.data("refreshSession")["session"]["expiresAt"], ends);
    assert_eq!(app.bearer(&traded.access).me().await.data("me")["id"], ada.id);
    app.pass(INSTANT);
    // Even its newest access token has a quarter of an hour left, and opens nothing.
    assert_eq!(app.bearer(&traded.access).me().await.reason(), "SESSION_REVOKED");
    assert_invalid(&app.anonymous().refresh(&traded.refresh).await);
    // The token before is within the window of a repeated answer.
    assert_invalid(&app.anonymous().refresh(&token).await);
}

#[tokio::test]
async fn use_keeps_the_refresh_token_alive_and_trading_keeps_the_session() {
    let app = TestApp::with(|config| config.session_idle_timeout = Duration::from_mins(10)).await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(9));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    app.pass(Duration::from_mins(9));
    let answer = app.anonymous().refresh(&ada.refresh_token).await;
    let traded = answer.tokens("refreshSession");
    app.pass(Duration::from_mins(9));
    assert_eq!(app.bearer(&traded.access).me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn an_answer_that_is_repeated_keeps_nothing_alive() {
    let app = TestApp::with(|config| {
        config.session_idle_timeout = Duration::from_mins(5);
        config.refresh_replay_window = Duration::from_mins(1);
    })
    .await;
    let ada = app.user("ada").await;
    app.anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    let mut before = row(&app, &ada.session_id).await;
    app.pass(Duration::from_secs(59));
    app.anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    // Only its lateness is recorded.
    before.repeat_weight = 1;
    assert_eq!(row(&app, &ada.session_id).await, before);
}

#[tokio::test]
async fn a_shorter_life_in_the_settings_holds_for_sessions_that_are_there() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let strict = app
        .another(|config| config.session_lifetime = Duration::from_hours(1))
        .await;
    app.pass(almost(Duration::from_hours(1)));
    let answer = strict.anonymous().refresh(&eve.refresh_token).await;
    answer.tokens("refreshSession");
    let ends = "2026-11-22T13:00:00.000Z";
    assert_eq!(answer.data("refreshSession")["session"]["expiresAt"], ends);
    app.pass(INSTANT);
    let before = row(&app, &ada.session_id).await;
    assert_invalid(&strict.anonymous().refresh(&ada.refresh_token).await);
    assert_eq!(row(&app, &ada.session_id).await, before);
    // It is the settings that say so, not the session.
    app.anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
}
