//! Leases: one holder among several servers.

use std::time::Duration;

use futures_util::future::join_all;
use portcullis::features::lease;

use crate::support::{TestApp, rounds};

const TTL: Duration = Duration::from_mins(5);
const NEARLY: Duration = Duration::from_secs(299);

async fn has_it(app: &TestApp) -> bool {
    lease::acquire(&app.app, "work", TTL).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_servers_one_holds_it() {
    let first = TestApp::start().await;
    let mut servers = vec![first.another(|_| {}).await, first.another(|_| {}).await];
    servers.push(first);
    for round in 0..rounds(5) {
        let held = join_all(servers.iter().map(has_it)).await;
        assert_eq!(held.iter().filter(|held| **held).count(), 1, "{round}");
        servers[0].pass(TTL);
    }
}

#[tokio::test]
async fn who_holds_it_extends_it_and_another_one_waits_until_it_has_run_out() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let lease = lease::acquire(&app.app, "work", TTL).await.unwrap().unwrap();
    app.pass(NEARLY);
    assert!(lease::renew(&app.app, &lease, TTL).await.unwrap());
    app.pass(NEARLY);
    assert!(!has_it(&other).await && has_it(&app).await);
    app.pass(TTL);
    assert!(has_it(&other).await);
    // The fence shows a holder that it was too slow.
    assert!(!lease::renew(&app.app, &lease, TTL).await.unwrap());
    assert!(!has_it(&app).await);
}

#[tokio::test]
async fn a_server_that_stops_gives_back_its_own_and_no_others() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    assert!(has_it(&app).await);
    lease::release_all(&other.app).await.unwrap();
    assert!(!has_it(&other).await);
    lease::release_all(&app.app).await.unwrap();
    assert!(has_it(&other).await);
}
