//! Attempts at the same moment.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{Tried, WRONG, rows, verified};
use crate::support::{PASSWORD, TestApp, until};

/// A hash that keeps a thread busy for a second or so.
const SLOW: &str =
    "$argon2id$v=19$m=131072,t=8,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";

async fn at_once(app: &TestApp, email: &str, password: &str, count: usize) -> Vec<Tried> {
    let logins = (0..count).map(|_| {
        let (client, email, password) = (app.anonymous(), email.to_owned(), password.to_owned());
        tokio::spawn(async move { Tried::of(&client.login(&email, &password).await) })
    });
    join_all(logins).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_wrong_logins_at_once_five_are_looked_at() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for email in [&*ada.email, "nobody@example.com"] {
        let before = verified(&app);
        let tried = at_once(&app, email, WRONG, 200).await;
        let wrong = tried.iter().filter(|tried| **tried == Tried::Wrong).count();
        assert_eq!((wrong, verified(&app) - before), (5, 5), "{email}");
        let refused = tried.iter().filter(|tried| tried.is_too_many());
        assert_eq!(refused.count(), 195, "{email}");
        assert_eq!(at_once(&app, email, WRONG, 1).await, [Tried::TooMany(900)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_right_logins_at_once_all_get_in() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let tried = at_once(&app, &ada.email, PASSWORD, 30).await;
    assert_eq!(tried, [Tried::Right; 30]);
    // Nothing is left of them.
    super::fail(&app.anonymous(), &ada.email, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_the_server_was_too_busy_for_does_not_count() {
    let app = TestApp::with(|config| {
        config.hash_threads = 1;
        config.hash_queue = 1;
    })
    .await;
    let ada = app.user("ada").await;
    app.put_hash(&ada.email, Some(SLOW)).await;
    let logins = (0..5).map(|_| {
        let (client, email) = (app.anonymous(), ada.email.clone());
        tokio::spawn(async move { client.login(&email, WRONG).await })
    });
    let answers: Vec<_> = join_all(logins).await.into_iter().map(Result::unwrap).collect();
    let (busy, judged): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.codes() == ["SERVICE_UNAVAILABLE"]);
    assert!(!busy.is_empty(), "{answers:?}");
    let [row] = rows(&app).await.try_into().unwrap();
    assert_eq!(usize::try_from(row.failures).unwrap(), judged.len());
}

/// A login with a wrong password, that waits for no answer.
async fn try_at(app: &TestApp, email: &str) -> TcpStream {
    let query =
        "mutation ($e: String!) { login(input: { email: $e, password: \"wrong\" }) { userErrors { code } } }";
    let body = json!({ "query": query, "variables": { "e": email } }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = app.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Resets a connection. One that is only closed could be half-closed, and still wait for its answer.
fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(stream);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hanging_up_during_the_hash_counts_as_an_attempt() {
    for hang_up in [reset, drop::<TcpStream>] {
        let app = TestApp::start().await;
        let ada = app.user("ada").await;
        app.put_hash(&ada.email, Some(SLOW)).await;
        let calling = try_at(&app, &ada.email).await;
        until("the password is looked at", async || verified(&app) == 1).await;
        hang_up(calling);
        until("the attempt is counted", async || {
            rows(&app).await.iter().any(|row| row.failures == 1)
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_hangs_up_before_the_password_is_looked_at_has_not_tried() {
    let idle = TestApp::start().await;
    let app = idle.another(|config| config.hash_threads = 1).await;
    app.user("ada").await;
    app.put_hash("ada@example.com", Some(SLOW)).await;
    let looked_at = try_at(&app, "ada@example.com").await;
    until("the password is looked at", async || verified(&app) == 1).await;
    let mut calling = vec![looked_at];
    for email in ["nobody1@example.com", "nobody2@example.com"] {
        calling.push(try_at(&app, email).await);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    calling.into_iter().rev().for_each(reset);
    until("the attempt is counted", async || {
        rows(&app).await.iter().any(|row| row.failures == 1)
    })
    .await;
    app.until_database_is_idle().await;
    let accounts: std::collections::HashSet<_> = rows(&app)
        .await
        .into_iter()
        .filter(|row| row.failures > 0)
        .map(|row| row.account_key)
        .collect();
    assert_eq!(accounts.len(), 1);
}
