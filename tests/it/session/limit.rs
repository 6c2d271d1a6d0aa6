//! How many live sessions a user can have.

use std::time::Duration;

use serde_json::Value;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn the_hundred_and_first_session_ends_the_one_that_was_not_used_for_longest() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let mut clients = Vec::new();
    for _ in 0..99 {
        app.pass(Duration::from_millis(1));
        let answer = app.anonymous().login(&ada.email, PASSWORD).await;
        clients.push(app.bearer(answer.data("login")["tokens"]["accessToken"].as_str().unwrap()));
    }
    // The first one is used, so that the second one is the one left longest.
    app.pass(Duration::from_mins(2));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    assert_eq!(clients[1].me().await.data("me")["id"], ada.id);
    app.anonymous().login(&ada.email, PASSWORD).await.data("login");
    assert_eq!(clients[0].me().await.reason(), "SESSION_REVOKED");
    let answer = ada.client.query("{ me { sessions { totalCount } } }").await;
    assert_eq!(answer.data("me")["sessions"]["totalCount"], Value::from(100));
    assert_eq!(eve.client.me().await.data("me")["id"], eve.id);
}
