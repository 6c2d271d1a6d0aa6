//! By which names the server can be called.

use portcullis::platform::config::PublicUrl;
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

async fn server() -> TestApp {
    TestApp::with(|config| {
        config.public_url = PublicUrl::parse("https://accounts.example.com").unwrap();
        config.further_hosts = vec!["portcullis".to_owned()];
    })
    .await
}

/// What a GET of `target` with this `Host` brings.
async fn get(app: &TestApp, target: &str, host: &str) -> Answer {
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    app.wire(request.as_bytes()).await
}

const QUERY: &str = "/graphql?query=%7B__typename%7D";

#[tokio::test]
async fn the_names_of_the_settings_addresses_and_this_machine_are_served() {
    let app = server().await;
    for host in [
        "accounts.example.com",
        "Accounts.Example.COM.:443",
        "portcullis:8000",
        "localhost:8000",
        "auth.localhost",
        "127.0.0.1:8000",
        "10.1.2.3",
        "[::1]:8000",
    ] {
        let answer = get(&app, QUERY, host).await;
        assert_eq!(answer.status.as_u16(), 200, "{host}: {}", answer.text);
    }
}

#[tokio::test]
async fn any_other_name_is_told_that_it_is_not_served_here() {
    let app = server().await;
    for (target, host) in [
        (QUERY, "evil.example"),
        (QUERY, "evil.example:8000"),
        (QUERY, ""),
        (QUERY, "x.accounts.example.com"),
        (QUERY, "accounts.example.com.evil.example"),
        ("/login", "evil.example"),
        ("/.well-known/jwks.json", "evil.example"),
        ("/nothing", "evil.example"),
        // The target counts, whatever the header says, and the other way round.
        ("http://evil.example/login", "localhost"),
        ("http://localhost/login", "evil.example"),
        ("http://evil.example/login", "evil.example"),
    ] {
        let answer = get(&app, target, host).await;
        let seen = (answer.status.as_u16(), answer.codes());
        assert_eq!(seen, (421, vec!["MISDIRECTED_REQUEST"]), "{target} at {host}");
        for setting in ["public_url", "further_hosts"] {
            assert!(answer.text.contains(setting), "{}", answer.text);
        }
        assert!(!answer.text.contains("evil"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_page_that_was_made_to_resolve_to_this_machine_runs_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let port = app.url.rsplit_once(':').unwrap().1;
    let (host, origin) = (
        format!("evil.example:{port}"),
        format!("http://evil.example:{port}"),
    );
    let query =
        "mutation ($e: String!, $p: String!) { login(input: { email: $e, password: $p }) { user { id } } }";
    let body = json!({ "query": query, "variables": { "e": ada.email, "p": PASSWORD } });
    let request = app.anonymous().request(reqwest::Method::POST, "/graphql");
    let request = request
        .header("host", host)
        .header("origin", origin)
        .header("sec-fetch-site", "same-origin");
    let before = app.app.metrics.password_verifications.get();
    let answer = Answer::of(request.json(&body)).await;
    assert_eq!(answer.codes(), ["MISDIRECTED_REQUEST"], "{}", answer.text);
    assert_eq!(app.app.metrics.password_verifications.get(), before);
}

#[tokio::test]
async fn load_balancers_and_supervisors_may_use_any_name() {
    let app = server().await;
    for path in ["/healthz", "/readyz"] {
        for host in ["10-1-2-3.pod.cluster.local", "evil.example:8000", ""] {
            let answer = get(&app, path, host).await;
            assert_eq!(answer.status.as_u16(), 200, "{path} at {host}: {}", answer.text);
        }
    }
}
