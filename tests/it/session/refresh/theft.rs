//! A used token that comes back otherwise: the session ends, and only that one.

use std::time::Duration;

use entity::session::RevocationReason;

use super::{assert_dead, assert_invalid, row};
use crate::support::{Person, TestApp, Tokens};

/// Ada, who trades with Firefox; and what she got.
async fn traded(app: &TestApp) -> (Person, Tokens) {
    let ada = app.user("ada").await;
    let firefox = app.anonymous().agent("Firefox");
    let answer = firefox.refresh(&ada.refresh_token).await;
    (ada, answer.tokens("refreshSession"))
}

#[tokio::test]
async fn from_another_program_it_ends_the_session_at_once() {
    for thief in [Some("curl"), Some("firefox"), Some("Firefox x"), None] {
        let app = TestApp::start().await;
        let (ada, tokens) = traded(&app).await;
        let client = app.anonymous();
        let client = thief.map_or(client.clone(), |name| client.agent(name));
        assert_invalid(&client.refresh(&ada.refresh_token).await);
        assert_dead(&app, &ada.session_id, &tokens.access, &tokens.refresh).await;
    }
}

#[tokio::test]
async fn a_program_without_a_name_is_another_one_than_one_with_a_name() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let tokens = app
        .anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    assert_invalid(&app.anonymous().agent("Firefox").refresh(&ada.refresh_token).await);
    assert_dead(&app, &ada.session_id, &tokens.access, &tokens.refresh).await;
}

#[tokio::test]
async fn programs_are_told_apart_by_the_part_of_their_names_that_is_kept() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let named = |end: &str| {
        app.anonymous()
            .agent(&format!("{}{end}", "\u{1f98a}Ö ".repeat(256)))
    };
    // The name takes 1,792 bytes, of which 1,024 are read: both ends are cut away.
    let first = named("a")
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    let again = named("b")
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    assert_eq!(again.refresh, first.refresh);
    assert_invalid(
        &app.anonymous()
            .agent("\u{1f98a}Ö")
            .refresh(&ada.refresh_token)
            .await,
    );
    assert_eq!(app.app.metrics.refresh_tokens_reused.get(), 1);
}

#[tokio::test]
async fn the_token_before_the_last_ends_the_session_however_early_it_comes() {
    let app = TestApp::start().await;
    let (ada, first) = traded(&app).await;
    let firefox = app.anonymous().agent("Firefox");
    app.pass(app.app.config.refresh_replay_window);
    let second = firefox.refresh(&first.refresh).await.tokens("refreshSession");
    assert_invalid(&firefox.refresh(&ada.refresh_token).await);
    for access in [&ada.token, &first.access, &second.access] {
        assert_dead(&app, &ada.session_id, access, &second.refresh).await;
    }
    assert_invalid(&firefox.refresh(&first.refresh).await);
}

#[tokio::test]
async fn a_thief_who_trades_first_is_found_out_when_the_owner_comes() {
    let app = TestApp::start().await;
    let (ada, tokens) = traded(&app).await;
    app.pass(Duration::from_hours(3));
    // The present token is good for everyone: programs are updated.
    let stolen = app.anonymous().agent("curl").refresh(&tokens.refresh).await;
    let stolen = stolen.tokens("refreshSession");
    let firefox = app.anonymous().agent("Firefox");
    assert_invalid(&firefox.refresh(&tokens.refresh).await);
    assert_dead(&app, &ada.session_id, &stolen.access, &stolen.refresh).await;
}

#[tokio::test]
async fn a_thief_within_the_window_and_with_the_same_name_is_found_out_when_one_falls_behind() {
    let app = TestApp::start().await;
    let (ada, owners) = traded(&app).await;
    let firefox = app.anonymous().agent("Firefox");
    let thiefs = firefox.refresh(&ada.refresh_token).await.tokens("refreshSession");
    assert_eq!(thiefs.refresh, owners.refresh);
    app.pass(Duration::from_mins(14));
    let owners = firefox.refresh(&owners.refresh).await.tokens("refreshSession");
    app.pass(app.app.config.refresh_replay_window);
    assert_invalid(&firefox.refresh(&thiefs.refresh).await);
    assert_dead(&app, &ada.session_id, &owners.access, &owners.refresh).await;
}

#[tokio::test]
async fn the_theft_is_noted_once_and_ends_no_other_session() {
    let app = TestApp::start().await;
    let (ada, tokens) = traded(&app).await;
    let (elsewhere, eve) = (app.sign_in(&ada.email).await, app.user("eve").await);
    app.pass(Duration::from_mins(1));
    assert_invalid(&app.anonymous().refresh(&ada.refresh_token).await);
    let ended = row(&app, &ada.session_id).await;
    assert_eq!(ended.revocation_reason, Some(RevocationReason::TokenReuse));
    assert_eq!(ended.revoked_at, Some(app.app.clock.now().as_millisecond()));
    assert_eq!(ended.refresh_generation, 1);

    app.pass(Duration::from_mins(1));
    for token in [&ada.refresh_token, &tokens.refresh] {
        assert_invalid(&app.anonymous().refresh(token).await);
    }
    assert_eq!(row(&app, &ada.session_id).await, ended);
    assert_eq!(app.app.metrics.refresh_tokens_reused.get(), 1);
    for other in [elsewhere, eve] {
        assert_eq!(other.client.me().await.data("me")["id"], other.id);
        app.anonymous()
            .refresh(&other.refresh_token)
            .await
            .tokens("refreshSession");
    }
}
