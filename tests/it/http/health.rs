//! Whether the server lives, and whether it is ready.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn health_is_one_word() {
    let app = TestApp::start().await;
    for (path, word) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body),
            (200, &json!({ "status": word }))
        );
    }
}

#[tokio::test]
async fn a_server_that_is_about_to_stop_is_alive_and_works_but_is_not_ready() {
    let app = TestApp::start().await;
    app.stopping.begin();
    let answer = app.anonymous().get("/readyz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.body),
        (503, json!({ "status": "stopping" }))
    );
    assert_eq!(app.anonymous().get("/healthz").await.status.as_u16(), 200);
    assert_eq!(
        app.anonymous().query("{ __typename }").await.data("__typename"),
        "Query"
    );
}

#[tokio::test]
async fn a_server_without_its_database_is_not_ready_and_does_not_say_why() {
    let app = TestApp::start().await;
    app.app.db.close().await;
    let answer = app.anonymous().get("/readyz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.body),
        (503, json!({ "status": "unavailable" }))
    );
    assert_eq!(app.anonymous().get("/healthz").await.status.as_u16(), 200);
}
