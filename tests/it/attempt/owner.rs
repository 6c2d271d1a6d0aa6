//! Those who fail on purpose keep nobody out but themselves.

use std::time::Duration;

use super::{Tried, WRONG, fail, login};
use crate::support::{PASSWORD, TestApp};

const HOME: &str = "198.51.100.7";
const CAFE: &str = "198.51.100.99";
const FOES: [&str; 3] = ["203.0.113.1", "203.0.113.2", "2001:db8:bad::1"];
const DAY: Duration = Duration::from_hours(24);

/// A server where Ada has signed up at home.
async fn ada_at_home() -> (TestApp, &'static str) {
    let app = TestApp::behind_proxy().await;
    let answer = app
        .anonymous()
        .at(HOME)
        .signup(serde_json::json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD }))
        .await;
    answer.tokens("signup");
    (app, "ada@example.com")
}

/// Fails from everywhere, until nobody there may try any more.
async fn attack(app: &TestApp, email: &str) {
    fail(&app.anonymous().at(FOES[0]), email, 2).await;
    fail(&app.anonymous().at(FOES[1]), email, 3).await;
    for foe in FOES {
        assert!(login(&app.anonymous().at(foe), email, WRONG).await.is_too_many());
    }
}

#[tokio::test]
async fn the_owner_gets_in_where_she_has_been_before_and_the_attackers_get_nothing_by_it() {
    let (app, ada) = ada_at_home().await;
    for hours in [0, 1, 2, 3] {
        app.pass(Duration::from_hours(hours));
        attack(&app, ada).await;
        let home = app.anonymous().at(HOME);
        fail(&home, ada, 4).await;
        assert_eq!(login(&home, ada, PASSWORD).await, Tried::Right);
        for foe in FOES {
            assert!(login(&app.anonymous().at(foe), ada, WRONG).await.is_too_many());
        }
    }
}

#[tokio::test]
async fn all_networks_that_the_account_does_not_know_share_one_count() {
    let (app, ada) = ada_at_home().await;
    attack(&app, ada).await;
    let cafe = app.anonymous().at(CAFE);
    assert_eq!(login(&cafe, ada, PASSWORD).await, Tried::TooMany(900));
    app.pass(Duration::from_mins(15));
    assert_eq!(login(&cafe, ada, PASSWORD).await, Tried::Right);
    // From now on it is known.
    attack(&app, ada).await;
    fail(&cafe, ada, 4).await;
    assert_eq!(login(&cafe, ada, PASSWORD).await, Tried::Right);
}

#[tokio::test]
async fn a_success_from_a_new_network_forgives_its_own_failures_and_no_others() {
    let (app, ada) = ada_at_home().await;
    let (cafe, foe) = (app.anonymous().at(CAFE), app.anonymous().at(FOES[0]));
    fail(&foe, ada, 1).await;
    fail(&cafe, ada, 3).await;
    assert_eq!(login(&cafe, ada, PASSWORD).await, Tried::Right);
    fail(&foe, ada, 4).await;
    assert!(login(&foe, ada, WRONG).await.is_too_many());
}

#[tokio::test]
async fn a_network_that_the_account_knows_has_a_limit_of_its_own() {
    let (app, ada) = ada_at_home().await;
    let home = app.anonymous().at(HOME);
    for minutes in [15, 30, 60, 60] {
        fail(&home, ada, 5).await;
        assert_eq!(login(&home, ada, PASSWORD).await, Tried::TooMany(minutes * 60));
        app.pass(Duration::from_mins(minutes));
    }
    fail(&app.anonymous().at(CAFE), ada, 5).await;
}

#[tokio::test]
async fn after_ninety_days_a_network_is_as_unknown_as_any() {
    let (app, ada) = ada_at_home().await;
    let home = app.anonymous().at(HOME);
    app.pass(89 * DAY);
    attack(&app, ada).await;
    assert_eq!(login(&home, ada, PASSWORD).await, Tried::Right);
    app.pass(89 * DAY);
    attack(&app, ada).await;
    assert_eq!(login(&home, ada, PASSWORD).await, Tried::Right);
    app.pass(91 * DAY);
    attack(&app, ada).await;
    assert!(login(&home, ada, PASSWORD).await.is_too_many());
}

#[tokio::test]
async fn after_many_failures_in_a_row_one_attempt_at_a_time_is_left_to_unknown_networks() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            config.attempts_in_a_row = 12;
        })
        .start()
        .await;
    let home = app.anonymous().at(HOME);
    let ada = "ada@example.com";
    home.signup(serde_json::json!({ "name": "Ada", "email": ada, "password": PASSWORD }))
        .await
        .tokens("signup");
    let foe = app.anonymous().at(FOES[0]);
    fail(&foe, ada, 5).await;
    app.pass(Duration::from_mins(15));
    fail(&foe, ada, 5).await;
    app.pass(Duration::from_mins(30));
    fail(&foe, ada, 2).await;
    for _ in 0..30 {
        assert_eq!(login(&foe, ada, WRONG).await, Tried::TooMany(900));
        app.pass(Duration::from_mins(15));
        fail(&foe, ada, 1).await;
    }
    // At home nothing of it is felt, and elsewhere the owner takes the one attempt that is left.
    fail(&home, ada, 4).await;
    assert_eq!(login(&home, ada, PASSWORD).await, Tried::Right);
    app.pass(Duration::from_mins(15));
    let cafe = app.anonymous().at(CAFE);
    assert_eq!(login(&cafe, ada, PASSWORD).await, Tried::Right);
}

/// A hash that keeps a thread busy for some hundredths of a second.
const HEAVY: &str =
    "$argon2id$v=19$m=16384,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_owner_gets_in_at_home_while_strangers_ask_for_more_hashes_than_can_wait() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            config.hash_threads = 1;
            config.hash_queue = 4;
            config.logins_per_network = 0;
            config.attempts_per_account = 1_000;
        })
        .start()
        .await;
    let home = app.anonymous().at(HOME);
    home.signup(serde_json::json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD }))
        .await
        .tokens("signup");
    app.user("eve").await;
    app.put_hash("eve@example.com", Some(HEAVY)).await;
    let mut flood = tokio::task::JoinSet::new();
    for number in 0..10 {
        let foe = app.anonymous().at(&format!("203.0.{number}.1"));
        flood.spawn(async move {
            loop {
                foe.login("eve@example.com", WRONG).await;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    let stranger = app.anonymous().at(CAFE);
    crate::support::until("strangers find no place", async || {
        stranger.login("eve@example.com", WRONG).await.codes() == ["SERVICE_UNAVAILABLE"]
    })
    .await;
    for time in 0..5 {
        let answer = home.login("ada@example.com", PASSWORD).await;
        assert_eq!(answer.codes(), [""; 0], "time {time}: {}", answer.text);
    }
    flood.abort_all();
}
