//! When more passwords are to be hashed than can be.

use std::time::Duration;

use portcullis::platform::config::{Config, PublicUrl};
use serde_json::json;
use tokio::{task::JoinSet, time::Instant};

use crate::support::{Answer, PASSWORD, Person, Statements, TestApp};

/// A hash that keeps a thread busy for seconds, and is still within what a row may ask for.
const SLOW: &str =
    "$argon2id$v=19$m=262144,t=24,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";

/// A server whose only thread for hashes is busy, and whose queue is full.
struct Busy {
    app: TestApp,
    ada: Person,
    asked: Statements,
    _waiting: JoinSet<Answer>,
}

impl Busy {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let idle = TestApp::start().await;
        let watched = idle.another_watched(|config| {
            config.hash_threads = 1;
            config.hash_queue = 1;
            change(config);
        });
        let (app, asked) = watched.await;
        let ada = app.user("ada").await;
        for name in ["slow", "off", "bare", "odd"] {
            app.user(name).await;
        }
        app.put_hash("slow@example.com", Some(SLOW)).await;
        app.put_hash("bare@example.com", None).await;
        app.put_hash("odd@example.com", Some("nonsense")).await;
        app.disable("off@example.com").await;
        // One is hashed and one waits; the first that finds no place shows that the others have theirs.
        let mut waiting = JoinSet::new();
        for _ in 0..3 {
            let client = app.anonymous();
            waiting.spawn(async move { client.login("slow@example.com", "whatever it is").await });
        }
        let first = waiting.join_next().await.unwrap().unwrap();
        assert_eq!(first.codes(), ["SERVICE_UNAVAILABLE"], "{}", first.text);
        Self {
            app,
            ada,
            asked,
            _waiting: waiting,
        }
    }
}

#[tokio::test]
async fn a_full_queue_answers_with_retry_after() {
    let busy = Busy::start().await;
    let begun = Instant::now();
    let client = busy.app.anonymous();
    let answer = client.login("ada@example.com", "whatever it is").await;
    assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"]);
    let seconds = answer.body["errors"][0]["extensions"]["retryAfterSeconds"]
        .as_u64()
        .unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(answer.header("retry-after"), Some(&*seconds.to_string()));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["data"], json!(null));

    let request = client
        .request(reqwest::Method::POST, "/graphql")
        .header("accept", "application/graphql-response+json")
        .json(&json!({
            "query": "mutation { login(input: { email: \"a@b.example\", password: \"whatever it is\" }) { user { id } } }"
        }));
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"]);
    assert!(answer.header("retry-after").is_some());

    // A request that needs no hash does not notice.
    for _ in 0..10 {
        assert_eq!(busy.ada.client.me().await.data("me")["id"], busy.ada.id);
    }
    assert_eq!(busy.app.anonymous().get("/readyz").await.status, 200);
    assert!(begun.elapsed() < Duration::from_mins(1));
}

#[tokio::test]
async fn whoever_finds_no_place_costs_the_database_nothing() {
    let busy = Busy::start().await;
    let client = busy.app.anonymous();
    // What the others asked that came before.
    busy.app.until_database_is_idle().await;
    busy.asked.take();
    for email in ["ada@example.com", "nobody@example.com"] {
        let answer = client.login(email, "whatever it is").await;
        assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"]);
    }
    assert!(busy.asked.take().is_empty());
    // What needs no place is looked up as ever.
    let answer = client.login("ada@example.com", "with\0nul").await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    assert!(!busy.asked.take().is_empty());
}

#[tokio::test]
async fn whoever_tries_to_sign_in_asks_for_a_hash_whether_or_not_there_is_an_account() {
    let busy = Busy::start().await;
    let client = busy.app.anonymous();
    for (email, why) in [
        ("ada@example.com", "an account"),
        ("nobody@example.com", "no account"),
        ("not an address", "no address"),
        ("раypal@example.com", "letters of another script"),
        ("off@example.com", "disabled"),
        ("bare@example.com", "without a password"),
        ("odd@example.com", "with a hash that is none"),
    ] {
        let answer = client.login(email, "whatever it is").await;
        assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"], "{why}");
    }
    // What can be no password is refused unhashed, for everybody alike.
    for email in ["ada@example.com", "nobody@example.com"] {
        let answer = client.login(email, "with\0nul").await;
        assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS", "{email}");
    }
    // A sign-up for a taken address costs what one for a free address costs.
    for email in ["ada@example.com", "free@example.com"] {
        let input = json!({ "name": "Ada", "email": email, "password": "a lantern under snow" });
        assert_eq!(
            client.signup(input).await.codes(),
            ["SERVICE_UNAVAILABLE"],
            "{email}"
        );
    }
    assert_eq!(busy.app.row("free@example.com").await, None);
}

#[tokio::test]
async fn whoever_asks_for_cookies_and_can_have_none_is_told_so_without_a_hash() {
    let input = json!({ "email": "ada@example.com", "password": PASSWORD, "tokenDelivery": "COOKIE" });
    let plain = Busy::with(|config| {
        config.public_url = PublicUrl::parse("http://accounts.example.com").unwrap();
    })
    .await;
    let browser = plain.app.browser();
    for answer in [
        browser.login_with(input.clone()).await,
        browser.signup("eve").await,
    ] {
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
    }
    let busy = Busy::start().await;
    let foreign = busy.app.browser().on(&[("origin", "https://evil.example")]);
    for answer in [
        foreign.login_with(input.clone()).await,
        foreign.signup("eve").await,
    ] {
        assert_eq!(answer.codes(), ["CSRF_BLOCKED"]);
    }
    // A browser of an allowed origin gets to the hash, and finds the queue full.
    let answer = busy.app.browser().login_with(input).await;
    assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"]);
}
