//! What every answer carries.

use std::collections::HashSet;

use portcullis::platform::config::PublicUrl;
use reqwest::Method;
use serde_json::json;

use super::addresses::PAGES;
use crate::support::{Answer, TestApp};

/// One answer of each kind.
async fn answers(app: &TestApp) -> Vec<(String, Answer)> {
    let client = app.anonymous();
    let post = || client.request(Method::POST, "/graphql");
    let me = json!({ "query": "{ me { id } }" });
    let mut answers = Vec::new();
    for (status, request) in [
        (200, post().json(&me)),
        (400, post().json(&json!({}))),
        (
            400,
            post()
                .json(&json!({ "query": "{" }))
                .header("accept", "application/graphql-response+json"),
        ),
        (404, client.request(Method::GET, "/nothing")),
        (405, client.request(Method::PUT, "/graphql")),
        (405, client.request(Method::POST, "/healthz")),
        (406, post().json(&me).header("accept", "text/html")),
        (413, post().json(&json!({ "query": "x".repeat(70_000) }))),
        (415, post().body("{}")),
        (303, client.request(Method::GET, "/")),
        (
            200,
            client
                .request(Method::OPTIONS, "/graphql")
                .header("origin", "http://localhost:5173")
                .header("access-control-request-method", "POST"),
        ),
    ] {
        let answer = Answer::of(request).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        answers.push((format!("a {status}"), answer));
    }
    for path in PAGES {
        answers.push((path.to_owned(), client.get(path).await));
    }
    answers
}

#[tokio::test]
async fn every_answer_keeps_browsers_careful() {
    let app = TestApp::start().await;
    for (about, answer) in answers(&app).await {
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{about}"
        );
        // A page's own forms have to tell their origin.
        let is_page = about == "a 303";
        let referrer = if is_page { "same-origin" } else { "no-referrer" };
        assert_eq!(answer.header("referrer-policy"), Some(referrer), "{about}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{about}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{about}: {policy}");
        let cache = answer.header("cache-control").unwrap();
        let is_kept = about.starts_with("/.well-known/") || about == "/graphiql";
        assert_eq!(cache == "no-store", !is_kept, "{about}: {cache}");
        if !answer.text.is_empty() {
            let content_type = answer.header("content-type").unwrap();
            assert!(
                content_type.ends_with("charset=utf-8") || content_type == "application/json",
                "{about}: {content_type}"
            );
        }
        for telling in ["server", "x-powered-by", "via"] {
            assert_eq!(answer.header(telling), None, "{about}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_that_is_not_the_clients() {
    let app = TestApp::start().await;
    let mut ids = HashSet::new();
    for (about, answer) in answers(&app).await {
        let id = answer.header("x-request-id").unwrap();
        assert!(
            id.len() == 32 && id.bytes().all(|it| it.is_ascii_hexdigit()),
            "{about}: {id}"
        );
        assert!(ids.insert(id.to_owned()), "{about}: {id} again");
    }
    let request = app
        .anonymous()
        .request(Method::GET, "/nothing")
        .header("x-request-id", "mine");
    let answer = Answer::of(request).await;
    let id = answer.header("x-request-id").unwrap();
    assert_ne!(id, "mine");
    assert_eq!(answer.body["errors"][0]["extensions"]["requestId"], id);
}

#[tokio::test]
async fn browsers_are_held_to_tls_exactly_where_the_server_is_reached_by_it() {
    let plain = TestApp::start().await;
    for (about, answer) in answers(&plain).await {
        assert_eq!(answer.header("strict-transport-security"), None, "{about}");
    }
    let tls = TestApp::with(|config| {
        config.public_url = PublicUrl::parse("https://accounts.example.com").unwrap();
    })
    .await;
    for (about, answer) in answers(&tls).await {
        let promise = answer.header("strict-transport-security").unwrap();
        let age = promise.strip_prefix("max-age=").unwrap().parse::<u64>().unwrap();
        assert!(age >= 31_536_000, "{about}: {promise}");
    }
}

#[tokio::test]
async fn browsers_are_held_to_tls_below_the_host_only_when_the_settings_say_so() {
    for (public_url, include, promise) in [
        ("https://example.com", false, Some("max-age=31536000")),
        (
            "https://example.com",
            true,
            Some("max-age=31536000; includeSubDomains"),
        ),
        ("http://localhost:8000", true, None),
    ] {
        let app = TestApp::with(|config| {
            config.public_url = PublicUrl::parse(public_url).unwrap();
            config.hsts_include_subdomains = include;
        })
        .await;
        let answer = app.anonymous().get("/healthz").await;
        assert_eq!(
            answer.header("strict-transport-security"),
            promise,
            "{public_url}"
        );
    }
}
