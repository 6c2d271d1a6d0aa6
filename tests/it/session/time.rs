//! Clocks that jump.

use std::time::Duration;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_clock_that_goes_back_an_hour_locks_out_for_an_hour_and_breaks_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.clock.go_back(Duration::from_hours(1));
    assert_eq!(ada.client.me().await.reason(), "TOKEN_INVALID");
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    let token = answer.data("login")["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(app.bearer(&token).me().await.data("me")["id"], ada.id);
    let eve = app.user("eve").await;
    assert_eq!(eve.client.me().await.data("me")["id"], eve.id);
    app.pass(Duration::from_hours(1));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    assert_eq!(app.bearer(&token).me().await.reason(), "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_few_seconds_between_two_clocks_go_unnoticed() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.clock.go_back(Duration::from_secs(30));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    app.clock.go_back(Duration::from_secs(1));
    assert_eq!(ada.client.me().await.reason(), "TOKEN_INVALID");
}

#[tokio::test]
async fn after_forty_days_tokens_and_sessions_have_run_out_and_people_sign_in_again() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_hours(24 * 40));
    assert_eq!(ada.client.me().await.reason(), "TOKEN_EXPIRED");
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    let login = answer.data("login");
    assert_eq!(login["session"]["expiresAt"], "2027-01-15T12:00:00.000Z");
    let token = login["tokens"]["accessToken"].as_str().unwrap();
    assert_eq!(app.bearer(token).me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn the_years_2038_and_2100_come() {
    for years in [12, 75] {
        let app = TestApp::start().await;
        app.pass(Duration::from_hours(24 * 366 * years));
        let ada = app.user("ada").await;
        assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
        app.pass(Duration::from_mins(16));
        assert_eq!(ada.client.me().await.reason(), "TOKEN_EXPIRED");
    }
}
