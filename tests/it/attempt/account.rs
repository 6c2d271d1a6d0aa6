//! Failures at one account.

use std::time::Duration;

use portcullis::features::attempt::purge;
use reqwest::Method;
use serde_json::json;

use super::{Tried, WRONG, fail, login, rows, verified};
use crate::support::{Answer, PASSWORD, TestApp};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn after_five_failures_one_waits_and_no_password_is_looked_at() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    fail(&client, &ada.email, 5).await;
    for password in [WRONG, PASSWORD] {
        assert_eq!(login(&client, &ada.email, password).await, Tried::TooMany(900));
    }
    assert_eq!(verified(&app), 5);
    assert_eq!(app.app.metrics.attempts_refused_by_account.get(), 2);
    app.pass(Duration::from_millis(15 * 60_000 - 1));
    assert_eq!(login(&client, &ada.email, PASSWORD).await, Tried::TooMany(1));
    app.pass(Duration::from_millis(1));
    assert_eq!(login(&client, &ada.email, PASSWORD).await, Tried::Right);
}

#[tokio::test]
async fn each_wait_is_twice_as_long_as_the_one_before_up_to_an_hour() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for minutes in [15, 30, 60, 60] {
        fail(&client, "nobody@example.com", 5).await;
        let waits = Tried::TooMany(minutes * 60);
        assert_eq!(login(&client, "nobody@example.com", WRONG).await, waits);
        app.pass(Duration::from_mins(minutes));
    }
    // After a day in peace it begins anew.
    fail(&client, "nobody@example.com", 1).await;
    app.pass(DAY);
    fail(&client, "nobody@example.com", 5).await;
    assert_eq!(
        login(&client, "nobody@example.com", WRONG).await,
        Tried::TooMany(900)
    );
}

#[tokio::test]
async fn failures_that_are_far_between_hold_nobody_up() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for _ in 0..8 {
        fail(&client, "nobody@example.com", 4).await;
        app.pass(15 * MINUTE);
    }
}

#[tokio::test]
async fn the_right_password_forgives_those_before() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    for _ in 0..3 {
        fail(&client, &ada.email, 4).await;
        assert_eq!(login(&client, &ada.email, PASSWORD).await, Tried::Right);
    }
    fail(&client, &ada.email, 5).await;
    assert_eq!(login(&client, &ada.email, PASSWORD).await, Tried::TooMany(900));
}

#[tokio::test]
async fn one_account_is_counted_once_however_its_address_is_written() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for email in [
        "ada@bücher.example",
        "ADA@bücher.example",
        " ada@xn--bcher-kva.example",
        "Ada@BÜCHER.example ",
        "ada@Bücher.example",
    ] {
        fail(&client, email, 1).await;
    }
    assert!(
        login(&client, "aDa@xn--bcher-kva.example", WRONG)
            .await
            .is_too_many()
    );
    fail(&client, "ada@buecher.example", 1).await;
}

/// What a client can write without being somebody else makes no difference.
#[tokio::test]
async fn nothing_else_in_a_request_makes_another_count() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let document = |name: &str, alias: &str| {
        format!(
            "mutation {name}($e: String!, $p: String!, $d: String) {{ {alias}: login(input: \
             {{ email: $e, password: $p, deviceName: $d }}) {{ userErrors {{ code }} }} }}"
        )
    };
    let mut tried = Vec::new();
    for number in 0..8 {
        let body = json!({
            "query": document(&format!("Login{number}"), &format!("login{number}")),
            "operationName": format!("Login{number}"),
            "variables": { "e": ada.email, "p": format!("{WRONG} {number}"), "d": format!("device {number}") },
            "extensions": { "email": format!("other{number}@example.com") },
            "email": format!("other{number}@example.com"),
        });
        let names = [
            "x-forwarded-for",
            "X-Real-IP",
            "Forwarded",
            "CF-Connecting-IP",
            "True-Client-IP",
        ];
        let mut request = app
            .anonymous()
            .agent(&format!("agent {number}"))
            .request(Method::POST, &format!("/graphql?email=other{number}@example.com"))
            .header("cookie", format!("device={number}"));
        for name in names {
            request = request.header(name, format!("203.0.113.{number}"));
        }
        tried.push(Tried::of(&Answer::of(request.json(&body)).await));
    }
    assert_eq!(tried[..5], [Tried::Wrong; 5]);
    assert_eq!(tried[5..], [Tried::TooMany(900); 3]);
}

#[tokio::test]
async fn an_account_that_there_is_not_answers_like_one_that_there_is_attempt_by_attempt() {
    let app = TestApp::behind_proxy().await;
    app.user("ada").await;
    app.user("off").await;
    app.disable("off@example.com").await;
    app.user("bare").await;
    app.put_hash("bare@example.com", None).await;
    let emails = [
        "ada@example.com",
        "nobody@example.com",
        "off@example.com",
        "bare@example.com",
        "no address at all",
    ];
    for attempt in 1..=8 {
        let mut shapes = Vec::new();
        for (number, email) in emails.into_iter().enumerate() {
            // Networks that no account knows, one for each so that they do not hold up each other.
            let client = app.anonymous().at(&format!("203.0.113.{number}"));
            let answer = client.login(email, WRONG).await;
            assert_eq!(Tried::of(&answer).is_too_many(), attempt > 5, "{email}");
            let mut headers = answer.headers.clone();
            headers.remove("date");
            headers.remove("x-request-id");
            shapes.push((answer.status, headers, answer.text));
        }
        shapes.dedup();
        assert_eq!(shapes.len(), 1, "attempt {attempt}: {shapes:?}");
        app.pass(Duration::from_millis(1_234));
    }
    assert_eq!(verified(&app), 5 * 5);
}

#[tokio::test]
async fn a_limit_of_zero_is_none() {
    let app = TestApp::with(|config| config.attempts_per_account = 0).await;
    let ada = app.user("ada").await;
    fail(&app.anonymous(), &ada.email, 20).await;
    assert_eq!(login(&app.anonymous(), &ada.email, PASSWORD).await, Tried::Right);
    assert_eq!(rows(&app).await, []);
}

#[tokio::test]
async fn what_counts_no_more_is_forgotten() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for number in 0..1_200 {
        let name = format!("nobody{number}@example.com");
        app.sql(&format!(
            "INSERT INTO attempt_streaks (account_key, network_key, failures, failures_in_window, \
             window_began_at, waits, blocked_until, failed_at, forget_at) \
             VALUES ('{name}', '', 1, 1, 0, 0, 0, 0, 1)"
        ))
        .await;
    }
    fail(&app.anonymous(), "nobody@example.com", 1).await;
    assert_eq!(purge(&app.app).await.unwrap(), 1_200);
    app.pass(DAY);
    assert_eq!(purge(&app.app).await.unwrap(), 0);
    app.pass(Duration::from_millis(1));
    // The failure elsewhere, and the one on the network.
    assert_eq!(purge(&app.app).await.unwrap(), 2);
    let [known] = rows(&app).await.try_into().unwrap();
    assert!(known.succeeded_at.is_some(), "that Ada signed up from here");
    app.pass(89 * DAY);
    assert_eq!(purge(&app.app).await.unwrap(), 1);
    assert_eq!(login(&app.anonymous(), &ada.email, PASSWORD).await, Tried::Right);
}
