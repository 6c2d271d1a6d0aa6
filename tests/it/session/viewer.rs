//! Asking who one is.

use std::time::Duration;

use serde_json::json;

use crate::support::TestApp;

const VIEWER: &str =
    "{ viewer { isAuthenticated unauthenticatedReason user { id } session { id isCurrent } } }";

#[tokio::test]
async fn without_a_token_me_is_null_with_the_reason_and_its_siblings_live() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .query("{ me { id } serverInfo { version } }")
        .await;
    assert_eq!(answer.reason(), "TOKEN_MISSING");
    assert_eq!(answer.body["errors"][0]["message"], "Token is missing!");
    assert_eq!(answer.body["errors"][0]["path"], json!(["me"]));
    assert_eq!(answer.body["data"]["me"], json!(null));
    assert_eq!(
        answer.body["data"]["serverInfo"]["version"],
        env!("CARGO_PKG_VERSION")
    );
}

#[tokio::test]
async fn a_bad_token_is_told_from_one_that_ran_out() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let garbage = app.bearer("garbage").me().await;
    assert_eq!(garbage.reason(), "TOKEN_INVALID");
    assert_eq!(garbage.body["errors"][0]["message"], "Token is invalid!");
    app.pass(Duration::from_mins(16));
    let expired = ada.client.me().await;
    assert_eq!(expired.reason(), "TOKEN_EXPIRED");
    assert_eq!(expired.body["errors"][0]["message"], "Token is invalid!");
}

#[tokio::test]
async fn the_viewer_tells_it_without_an_error() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let answer = ada.client.query(VIEWER).await;
    let viewer = answer.data("viewer");
    assert_eq!(viewer["isAuthenticated"], true);
    assert_eq!(viewer["unauthenticatedReason"], json!(null));
    assert_eq!(viewer["user"]["id"], ada.id);
    assert_eq!(viewer["session"]["isCurrent"], true);

    for (client, reason) in [
        (app.anonymous(), "TOKEN_MISSING"),
        (app.bearer("garbage"), "TOKEN_INVALID"),
    ] {
        let answer = client.query(VIEWER).await;
        assert_eq!(
            answer.data("viewer"),
            &json!({ "isAuthenticated": false, "unauthenticatedReason": reason, "user": null, "session": null })
        );
    }
}
