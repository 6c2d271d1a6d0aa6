//! How much one account may write.

use std::time::Duration;

use crate::support::{Answer, TestApp};

const TEN: &str = "mutation {
    a: updateProfile(input: { name: \"a\" }) { user { name } } b: updateProfile(input: { name: \"b\" }) { user { name } }
    c: updateProfile(input: { name: \"c\" }) { user { name } } d: updateProfile(input: { name: \"d\" }) { user { name } }
    e: updateProfile(input: { name: \"e\" }) { user { name } } f: updateProfile(input: { name: \"f\" }) { user { name } }
    g: updateProfile(input: { name: \"g\" }) { user { name } } h: updateProfile(input: { name: \"h\" }) { user { name } }
    i: updateProfile(input: { name: \"i\" }) { user { name } } j: updateProfile(input: { name: \"j\" }) { user { name } } }";

const ONE: &str = "mutation { updateProfile(input: { name: \"x\" }) { user { name } } }";

/// Checks that a change was refused until some seconds have passed.
#[track_caller]
fn assert_limited(answer: &Answer, seconds: u64) {
    assert_eq!(answer.codes(), ["RATE_LIMITED"], "{}", answer.text);
    let error = &answer.body["errors"][0];
    assert_eq!(error["extensions"]["retryAfterSeconds"], seconds);
}

#[tokio::test]
async fn each_mutation_of_a_document_takes_one_of_twenty_changes_and_one_comes_back_each_second() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    for _ in 0..2 {
        assert_eq!(ada.client.query(TEN).await.codes(), [""; 0]);
    }
    assert_limited(&ada.client.query(ONE).await, 1);
    // It is the account's budget, whichever session asks, and nobody else's.
    let elsewhere = app.sign_in(&ada.email).await;
    assert_limited(&elsewhere.client.query(ONE).await, 1);
    assert_eq!(eve.client.query(ONE).await.codes(), [""; 0]);
    assert_eq!(ada.client.me().await.data("me")["name"], "j");
    app.pass(Duration::from_secs(1));
    assert_eq!(ada.client.query(ONE).await.codes(), [""; 0]);
    assert_limited(&ada.client.query(ONE).await, 1);
}

#[tokio::test]
async fn signing_in_and_out_and_refreshing_are_never_counted() {
    let app = TestApp::with(|config| {
        config.account_writes = 1;
        config.account_write_burst = 1;
    })
    .await;
    let ada = app.user("ada").await;
    assert_eq!(ada.client.query(ONE).await.codes(), [""; 0]);
    assert_limited(&ada.client.query(ONE).await, 60);
    for _ in 0..5 {
        let again = app.sign_in(&ada.email).await;
        let traded = again.client.refresh(&again.refresh_token).await;
        traded.tokens("refreshSession");
        assert_eq!(again.client.logout().await.data("logout")["wasSignedIn"], true);
    }
    assert_limited(&ada.client.query(ONE).await, 60);
}

#[tokio::test]
async fn who_changes_something_all_the_time_does_not_keep_the_owner_from_ending_that() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let thief = app.sign_in(&ada.email).await;
    for _ in 0..2 {
        thief.client.query(TEN).await;
    }
    assert_limited(&ada.client.query(ONE).await, 1);
    let ended = ada.client.revoke_session(&thief.session_id).await;
    assert_eq!(ended.user_errors("revokeSession"), []);
    for _ in 0..2 {
        assert_eq!(ada.client.revoke_other_sessions().await.codes(), [""; 0]);
    }
    assert_limited(&ada.client.revoke_other_sessions().await, 1);
}

#[tokio::test]
async fn a_budget_of_zero_is_none() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let ada = app.user("ada").await;
    for _ in 0..5 {
        assert_eq!(ada.client.query(TEN).await.codes(), [""; 0]);
    }
}
