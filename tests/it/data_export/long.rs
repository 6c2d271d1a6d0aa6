//! Long exports are read while they are sent.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{EXPORT, export, fill_log, path, stepped_up, with_long_export};
use crate::support::{PASSWORD, TestApp, until};

#[tokio::test]
async fn a_long_export_is_a_file_that_nothing_caches() {
    let app = TestApp::start().await;
    let (_, client, path) = with_long_export(&app, "ada").await;
    let answer = client.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for (name, value) in [
        ("content-type", "application/json"),
        (
            "content-disposition",
            "attachment; filename=\"account-data.json\"",
        ),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let events = answer.body["events"].as_array().unwrap();
    let filled = events
        .iter()
        .filter(|event| event["details"]["filler"].is_string());
    assert_eq!(filled.count(), 50);
    assert!(events.iter().any(|event| event["kind"] == "data_exported"));
}

#[tokio::test]
async fn every_row_comes_once_however_many_there_are() {
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    fill_log(&app, &ada, 325).await;
    for _ in 0..104 {
        app.anonymous().login(&ada.email, PASSWORD).await.tokens("login");
        app.pass(Duration::from_secs(10));
    }
    let again = app.sign_in(&ada.email).await;
    let client = stepped_up(&app, &again.client).await;
    let path = path(&export(&client).await);
    let data = client.get(&path).await.body;
    for (list, least) in [("sessions", 106), ("events", 325 + 106)] {
        let items = data[list].as_array().unwrap();
        let mut ids: Vec<_> = items.iter().map(|item| item["id"].to_string()).collect();
        assert!(ids.len() >= least, "{list}: {}", ids.len());
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{list}");
    }
}

#[tokio::test]
async fn a_browser_downloads_with_its_cookies_and_no_foreign_page_does() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    fill_log(&app, &ada, 50).await;
    let browser = app.browser();
    browser.login(&ada.email).await.data("login");
    let input = json!({ "input": { "password": PASSWORD } });
    let proof =
        "mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { userErrors { code } } }";
    browser.run(proof, input).await.data("reauthenticate");
    let path = path(&browser.query(EXPORT).await);
    let answer = browser.send(browser.request(Method::GET, &path)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let foreign = browser.on(&[
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ]);
    let answer = foreign.send(foreign.request(Method::GET, &path)).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_download_runs_at_a_time_and_a_sign_out_breaks_it_off() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    // More than the sockets hold.
    fill_log(&app, &ada, 3_000).await;
    let client = stepped_up(&app, &ada.client).await;
    let path = path(&export(&client).await);
    let held = client.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(held.status(), 200);
    let second = client.get(&path).await;
    assert_eq!(second.codes(), ["RATE_LIMITED"], "{}", second.text);
    assert!(second.header("retry-after").is_some());
    assert_eq!(export(&client).await.codes(), ["RATE_LIMITED"]);
    drop(held);
    // A client that hangs up makes room.
    until("the download has ended", async || {
        let running = client.request(Method::GET, &path).send().await.unwrap();
        running.status() == 200
    })
    .await;
    let mut running = None;
    until("the download has ended again", async || {
        let response = client.request(Method::GET, &path).send().await.unwrap();
        let is_running = response.status() == 200;
        running = is_running.then_some(response);
        is_running
    })
    .await;
    let mut running = running.unwrap();
    assert!(running.chunk().await.unwrap().is_some());
    client.logout().await.data("logout");
    let end = loop {
        match running.chunk().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(end.is_err(), "the download went on after the sign-out");
}

#[tokio::test]
async fn events_without_a_name_here_do_not_end_it() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    fill_log(&app, &ada, 50).await;
    app.pass(Duration::from_secs(1));
    fill_log(&app, &ada, 250).await;
    // More than two pages, as a newer server would write them, after what has a name.
    let millis = app.app.clock.now().as_millisecond();
    app.sql(&format!(
        "UPDATE audit_events SET kind = 'of_a_newer_version' WHERE created_at = {millis} AND kind = 'login_succeeded'"
    ))
    .await;
    app.pass(Duration::from_secs(1));
    let client = stepped_up(&app, &ada.client).await;
    let document = client.get(&path(&export(&client).await)).await.body;
    let events = document["events"].as_array().unwrap();
    let filled = events
        .iter()
        .filter(|event| event["details"]["filler"].is_string());
    assert_eq!(filled.count(), 50);
}
