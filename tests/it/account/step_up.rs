//! For which session a proof counts, and when.

use std::time::Duration;

use serde_json::json;

use super::{
    Device, NEW, assert_done, change_password, change_password_only, delete_account, reauthenticate, refresh,
    refusal, refusals,
};
use crate::support::{Client, PASSWORD, TestApp};

/// Whether the session may leave without the password. Nobody leaves: the test's users are the last administrators.
async fn may(client: &Client) -> bool {
    let answer = delete_account(client, json!({})).await;
    match refusals(&answer).as_slice() {
        [(code, _)] if code == "LAST_ADMIN" => true,
        [(code, _)] if code == "REAUTHENTICATION_REQUIRED" => false,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_sign_in_however_fresh_is_no_such_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    super::set_roles(&app, &ada, &["admin"]).await;
    let device = Device::of(&app, &ada).await;
    assert!(!may(&ada.client).await);
    assert!(!may(&device.client).await);
}

#[tokio::test]
async fn it_counts_for_the_session_that_proved_it_and_goes_on_through_a_refresh() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    super::set_roles(&app, &ada, &["admin"]).await;
    let (one, two) = (Device::of(&app, &ada).await, Device::of(&app, &ada).await);
    assert_done(&reauthenticate(&one.client, PASSWORD).await);
    assert!(may(&one.client).await);
    assert!(!may(&two.client).await);
    assert!(!may(&ada.client).await);
    assert!(!may(&eve.client).await);

    let answer = refresh(&other, &one.refresh).await;
    let token = answer.data("refreshSession")["tokens"]["accessToken"]
        .as_str()
        .unwrap();
    assert!(may(&other.bearer(token)).await);
    let answer = refresh(&other, &two.refresh).await;
    let token = answer.data("refreshSession")["tokens"]["accessToken"]
        .as_str()
        .unwrap();
    assert!(!may(&other.bearer(token)).await);
}

#[tokio::test]
async fn it_ends_at_its_time_to_the_millisecond() {
    let app = TestApp::with(|config| config.reauthentication_ttl = Duration::from_mins(2)).await;
    let ada = app.user("ada").await;
    super::set_roles(&app, &ada, &["admin"]).await;
    assert_done(&reauthenticate(&ada.client, PASSWORD).await);
    assert!(may(&ada.client).await);
    app.pass(Duration::from_millis(2 * 60_000 - 1));
    assert!(may(&ada.client).await);
    app.pass(Duration::from_millis(1));
    assert!(!may(&ada.client).await);
}

#[tokio::test]
async fn a_clock_that_went_back_does_not_lengthen_it() {
    let app = TestApp::with(|config| config.access_token_ttl = Duration::from_hours(3)).await;
    let ada = app.user("ada").await;
    super::set_roles(&app, &ada, &["admin"]).await;
    app.pass(Duration::from_hours(2));
    assert_done(&reauthenticate(&ada.client, PASSWORD).await);
    assert!(may(&ada.client).await);
    // It would be good for so much longer. Clocks of two servers may differ by half a minute.
    for back in [Duration::from_hours(1), Duration::from_millis(30_001)] {
        app.clock.go_back(back);
        assert!(!may(&ada.client).await, "{back:?}");
        app.pass(back);
        assert!(may(&ada.client).await, "{back:?}");
    }
    app.clock.go_back(Duration::from_secs(30));
    assert!(may(&ada.client).await);
}

#[tokio::test]
async fn it_does_not_outlive_the_password_that_it_was_given_by() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    super::set_roles(&app, &ada, &["admin"]).await;
    let (one, two) = (Device::of(&app, &ada).await, Device::of(&app, &ada).await);
    assert_done(&reauthenticate(&one.client, PASSWORD).await);
    assert_done(&reauthenticate(&two.client, PASSWORD).await);
    // Its owner keeps the other session, and may not know who has it.
    assert_done(&change_password_only(&one.client, PASSWORD, NEW).await);
    assert!(!may(&two.client).await);
    let answer = reauthenticate(&two.client, PASSWORD).await;
    assert_eq!(
        refusals(&answer),
        [refusal("CURRENT_PASSWORD_INCORRECT", Some("password"))]
    );
    assert_done(&reauthenticate(&two.client, NEW).await);
    assert!(may(&two.client).await);
    // The client that changed it knew both.
    assert!(may(&one.client).await);
}

#[tokio::test]
async fn to_change_the_password_is_no_such_proof() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    super::set_roles(&app, &ada, &["admin"]).await;
    assert_done(&change_password(&ada.client, PASSWORD, NEW).await);
    assert!(!may(&ada.client).await);
}
