//! Peers that speak like proxies and are none, as servers write them down.

use std::{net::IpAddr, time::Duration};

use portcullis::features::forwarder;
use reqwest::Method;

use crate::support::{Answer, Statements, TestApp, until};

async fn speak(app: &TestApp) {
    let request = app.anonymous().request(Method::GET, "/healthz");
    Answer::of(request.header("x-forwarded-for", "203.0.113.7")).await;
}

async fn noted(app: &TestApp) -> Vec<(IpAddr, i64)> {
    let noted = forwarder::noted(&app.app.db, app.app.clock.now()).await.unwrap();
    noted
        .into_iter()
        .map(|(peer, at)| (peer, at.as_millisecond()))
        .collect()
}

async fn until_written(app: &TestApp, statements: &Statements) {
    until("the peer is written down", async || {
        let written = statements.take();
        written.iter().any(|it| it.sql.contains("forwarders"))
    })
    .await;
    app.until_database_is_idle().await;
}

#[tokio::test]
async fn one_is_written_down_in_an_hour() {
    let first = TestApp::start().await;
    let (app, statements) = first.another_watched(|_| {}).await;
    speak(&app).await;
    until_written(&app, &statements).await;
    let [(peer, at)] = noted(&app).await[..] else {
        panic!("one peer");
    };
    assert_eq!(peer, IpAddr::from([127, 0, 0, 1]));
    app.pass(Duration::from_millis(3_600_000 - 1));
    statements.take();
    speak(&app).await;
    app.pass(Duration::from_millis(1));
    speak(&app).await;
    until_written(&app, &statements).await;
    // Not by the one before: then this would be written down no more.
    assert_eq!(noted(&app).await, [(peer, at + 3_600_000)]);
}

#[tokio::test]
async fn it_is_told_of_and_kept_for_thirty_days() {
    let first = TestApp::start().await;
    let (app, statements) = first.another_watched(|_| {}).await;
    speak(&app).await;
    until_written(&app, &statements).await;
    app.pass(Duration::from_hours(30 * 24));
    assert_eq!(noted(&app).await.len(), 1);
    assert_eq!(forwarder::purge(&app.app).await.unwrap(), 0);
    app.pass(Duration::from_millis(1));
    assert_eq!(noted(&app).await, []);
    assert_eq!(forwarder::purge(&app.app).await.unwrap(), 1);
    assert_eq!(forwarder::purge(&app.app).await.unwrap(), 0);
}
