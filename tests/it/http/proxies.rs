//! Where a request comes from, when it says so itself.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, Program, Running, TestApp};

/// The address of the session that a sign-up with these hops begins.
async fn address_seen(app: &TestApp, email: &str, hops: &[&str]) -> String {
    let document = "mutation ($input: SignupInput!) { signup(input: $input) { session { ipAddress } } }";
    let input = json!({ "name": "Ada", "email": email, "password": PASSWORD });
    let mut request = app.anonymous().request(Method::POST, "/graphql");
    for hop in hops {
        request = request.header("x-forwarded-for", *hop);
    }
    let body = json!({ "query": document, "variables": { "input": input } });
    let answer = Answer::of(request.header("x-real-ip", "203.0.113.99").json(&body)).await;
    answer.data("signup")["session"]["ipAddress"]
        .as_str()
        .unwrap_or("unknown")
        .to_owned()
}

#[tokio::test]
async fn an_unknown_peer_is_not_believed() {
    let app = TestApp::start().await;
    assert_eq!(
        address_seen(&app, "a@example.com", &["203.0.113.7"]).await,
        "127.0.0.1"
    );
    let app = app
        .another(|config| config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()])
        .await;
    assert_eq!(
        address_seen(&app, "b@example.com", &["203.0.113.7"]).await,
        "127.0.0.1"
    );
}

#[tokio::test]
async fn a_known_proxy_is_believed_as_far_as_it_can_know() {
    let app = TestApp::with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    })
    .await;
    for (email, hops, seen) in [
        ("a@example.com", &["203.0.113.7"] as &[_], "203.0.113.7"),
        ("b@example.com", &["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (
            "c@example.com",
            &["198.51.100.1, 203.0.113.7, 10.1.2.3"],
            "203.0.113.7",
        ),
        ("d@example.com", &["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        ("e@example.com", &["2001:db8::7"], "2001:db8::7"),
        ("f@example.com", &["203.0.113.7:40001"], "203.0.113.7"),
        ("g@example.com", &["[2001:db8::7]:40001"], "2001:db8::7"),
        ("h@example.com", &["203.0.113.7, nonsense"], "unknown"),
        ("i@example.com", &[], "unknown"),
    ] {
        assert_eq!(address_seen(&app, email, hops).await, seen, "{hops:?}");
    }
}

#[tokio::test]
async fn the_operator_is_told_once_of_a_peer_that_speaks_like_a_proxy_and_is_none() {
    let spoken = [
        &[("x-forwarded-for", "203.0.113.7")][..],
        &[("forwarded", "for=203.0.113.7")],
        &[
            ("x-forwarded-for", "203.0.113.8"),
            ("forwarded", "for=203.0.113.7"),
        ],
    ];
    let program = Program::new().await;
    for first in 0..spoken.len() {
        let server = program.serve().await;
        assert_eq!(warnings(&server), 0);
        for headers in spoken.iter().cycle().skip(first).take(4) {
            let mut request = server.client().request(Method::GET, "/healthz");
            for (name, value) in *headers {
                request = request.header(*name, *value);
            }
            Answer::of(request).await;
            assert_eq!(warnings(&server), 1, "{}", server.log());
        }
    }
    let program = program.with("TRUSTED_PROXIES", "127.0.0.1,::1");
    let server = program.serve().await;
    server.client().at("203.0.113.7").get("/healthz").await;
    assert_eq!(warnings(&server), 0, "{}", server.log());
}

fn warnings(server: &Running) -> usize {
    let log = server.log();
    log.lines()
        .filter(|line| line.contains("trusted_proxies"))
        .count()
}
