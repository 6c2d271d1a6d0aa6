//! Where a request comes from, when it says so itself.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

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
        .unwrap()
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
        ("f@example.com", &["nonsense"], "127.0.0.1"),
        ("g@example.com", &[], "127.0.0.1"),
    ] {
        assert_eq!(address_seen(&app, email, hops).await, seen, "{hops:?}");
    }
}
