//! Several servers on one database, and one that starts again.

use futures_util::future::join_all;

use super::{Tried, WRONG, fail, login, verified};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_restart_gives_nobody_another_chance() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    fail(&app.anonymous(), &ada.email, 4).await;
    let app = app.another(|_| {}).await;
    fail(&app.anonymous(), &ada.email, 1).await;
    let app = app.another(|_| {}).await;
    assert_eq!(
        login(&app.anonymous(), &ada.email, PASSWORD).await,
        Tried::TooMany(900)
    );
}

#[tokio::test]
async fn servers_on_one_database_count_together() {
    let one = TestApp::start().await;
    let other = one.another(|_| {}).await;
    let ada = one.user("ada").await;
    for server in [&one, &other, &one, &other, &one] {
        fail(&server.anonymous(), &ada.email, 1).await;
    }
    for server in [&one, &other] {
        assert_eq!(
            login(&server.anonymous(), &ada.email, PASSWORD).await,
            Tried::TooMany(900)
        );
    }
    one.pass(std::time::Duration::from_mins(15));
    assert_eq!(
        login(&other.anonymous(), &ada.email, PASSWORD).await,
        Tried::Right
    );
    fail(&one.anonymous(), &ada.email, 4).await;
}

/// What is under way at one server, the other does not know of: at one moment, each may look at five.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_wrong_logins_at_two_servers_at_once_at_most_ten_are_looked_at() {
    let one = TestApp::start().await;
    let other = one.another(|_| {}).await;
    let ada = one.user("ada").await;
    let logins = (0..200).map(|number| {
        let server = if number % 2 == 0 { &one } else { &other };
        let (client, email) = (server.anonymous(), ada.email.clone());
        tokio::spawn(async move { Tried::of(&client.login(&email, WRONG).await) })
    });
    let tried: Vec<Tried> = join_all(logins).await.into_iter().map(Result::unwrap).collect();
    let wrong = tried.iter().filter(|tried| **tried == Tried::Wrong).count();
    assert!((5..=10).contains(&wrong), "{wrong}");
    let verified = verified(&one) + verified(&other);
    assert_eq!(usize::try_from(verified).unwrap(), wrong);
}
