//! What becomes of a user's sessions when the password changes.

use std::time::Duration;

use entity::session::RevocationReason;
use serde_json::json;

use super::{
    CHANGE_PASSWORD, Device, NEW, assert_done, change_password, change_password_only, refresh, refusal,
    refusals,
};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn other_sessions_are_over_when_the_answer_arrives_and_the_current_one_goes_on() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let current = Device::of(&app, &ada).await;
    let (phone, tablet) = (Device::of(&app, &ada).await, Device::of(&other, &ada).await);

    let answer = change_password(&current.client, PASSWORD, NEW).await;
    assert_done(&answer);
    // The one of the sign-up, and two more.
    assert_eq!(answer.data("changePassword")["revokedSessionCount"], 3);
    for client in [&ada.client, &phone.client, &tablet.client] {
        assert_eq!(client.me().await.reason(), "SESSION_REVOKED");
    }
    for device in [&phone, &tablet] {
        for server in [&app, &other] {
            let answer = refresh(server, &device.refresh).await;
            assert_eq!(refusals(&answer), [refusal("REFRESH_TOKEN_INVALID", None)]);
        }
        let row = device.row(&app).await.unwrap();
        assert_eq!(row.revocation_reason, Some(RevocationReason::PasswordChanged));
    }

    assert_eq!(current.client.me().await.data("me")["id"], ada.id);
    let answer = refresh(&other, &current.refresh).await;
    assert_done(&answer);
    let token = answer.data("refreshSession")["tokens"]["accessToken"]
        .as_str()
        .unwrap();
    assert_eq!(app.bearer(token).me().await.data("me")["id"], ada.id);
    assert_eq!(eve.client.me().await.data("me")["id"], eve.id);
}

#[tokio::test]
async fn sessions_that_were_over_before_do_not_count() {
    let app = TestApp::with(|config| config.session_idle_timeout = Duration::from_mins(10)).await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(10));
    let current = Device::of(&app, &ada).await;
    let left = Device::of(&app, &ada).await;
    left.client.logout().await;
    let ended = left.row(&app).await;
    app.pass(Duration::from_mins(1));
    let answer = change_password(&current.client, PASSWORD, NEW).await;
    assert_done(&answer);
    assert_eq!(answer.data("changePassword")["revokedSessionCount"], 0);
    assert_eq!(
        left.row(&app).await,
        ended,
        "why and when a session ended stays as it was"
    );
}

#[tokio::test]
async fn other_sessions_stay_where_that_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let phone = Device::of(&app, &ada).await;
    let answer = change_password_only(&ada.client, PASSWORD, NEW).await;
    assert_done(&answer);
    assert_eq!(answer.data("changePassword")["revokedSessionCount"], 0);
    assert_eq!(phone.client.me().await.data("me")["id"], ada.id);
    assert_done(&refresh(&app, &phone.refresh).await);

    // Null means neither yes nor no: it is refused.
    let wrong = json!({ "currentPassword": NEW, "newPassword": PASSWORD, "keepOtherSessions": null });
    let answer = ada.client.run(CHANGE_PASSWORD, json!({ "input": wrong })).await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
    let not_kept = json!({ "currentPassword": NEW, "newPassword": PASSWORD, "keepOtherSessions": false });
    let answer = ada
        .client
        .run(CHANGE_PASSWORD, json!({ "input": not_kept }))
        .await;
    assert_eq!(answer.data("changePassword")["revokedSessionCount"], 1);
    assert_eq!(phone.client.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn the_session_that_is_kept_need_not_be_the_first() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (one, two) = (Device::of(&app, &ada).await, Device::of(&app, &ada).await);
    assert_done(&change_password(&one.client, PASSWORD, NEW).await);
    assert_eq!(two.client.me().await.reason(), "SESSION_REVOKED");
    // Who was signed out cannot change it back, not even with the right password.
    let answer = change_password(&two.client, NEW, PASSWORD).await;
    assert_eq!(answer.reason(), "SESSION_REVOKED");
    assert_eq!(one.client.me().await.data("me")["id"], ada.id);
}
