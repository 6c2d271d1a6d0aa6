//! How often it is written down that a session is in use.

use std::time::Duration;

use crate::support::TestApp;

#[tokio::test]
async fn a_thousand_questions_in_a_minute_write_once() {
    let first = TestApp::start().await;
    let (app, statements) = first.another_watched(|_| {}).await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(2));
    statements.take();
    for _ in 0..1_000 {
        assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
        app.pass(Duration::from_millis(59));
    }
    let asked = statements.take().into_iter().map(|statement| statement.sql);
    let writes: Vec<String> = asked.filter(|sql| !sql.starts_with("SELECT")).collect();
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert!(writes[0].starts_with("UPDATE"), "{writes:?}");
    // Two minutes are over.
    app.pass(Duration::from_secs(61));
    ada.client.me().await.data("me");
    assert!(statements.take().iter().any(|it| it.sql.starts_with("UPDATE")));
}
