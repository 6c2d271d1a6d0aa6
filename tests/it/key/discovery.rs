//! The discovery document.

use portcullis::platform::config::PublicUrl;
use reqwest::Method;
use serde_json::json;

use crate::{
    support::{Answer, TestApp},
    token::{Forger, part},
};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn it_names_the_issuer_of_the_tokens_and_where_the_keys_are() {
    let app = TestApp::with(|config| {
        config.public_url = PublicUrl::parse("https://accounts.example.com").unwrap();
    })
    .await;
    let answer = app.anonymous().get(DISCOVERY).await;
    assert_eq!(
        answer.body,
        json!({
            "issuer": "https://accounts.example.com",
            "jwks_uri": "https://accounts.example.com/.well-known/jwks.json",
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    );
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let info = app.anonymous().query("{ serverInfo { issuer jwksUri } }").await;
    assert_eq!(info.data("serverInfo")["issuer"], answer.body["issuer"]);
    assert_eq!(info.data("serverInfo")["jwksUri"], answer.body["jwks_uri"]);
}

#[tokio::test]
async fn no_header_changes_the_issuer() {
    let app = TestApp::start().await;
    for (name, value) in [
        ("host", "203.0.113.7"),
        ("host", "localhost:8001"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-original-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
        ("origin", "http://evil.example"),
        ("referer", "http://evil.example/"),
    ] {
        let with = |method, path| app.anonymous().request(method, path).header(name, value);
        let discovery = Answer::of(with(Method::GET, DISCOVERY)).await;
        assert_eq!(discovery.body["issuer"], "http://localhost:8000", "{name}");
        assert_eq!(
            discovery.body["jwks_uri"], "http://localhost:8000/.well-known/jwks.json",
            "{name}"
        );
        let email = format!("{}.{}@example.com", name, value.len());
        let signup = with(Method::POST, "/graphql").json(&json!({
            "query": "mutation ($input: SignupInput!) { signup(input: $input) { tokens { accessToken } } }",
            "variables": { "input": { "name": "Ada", "email": email, "password": "a lantern under quiet snow" } },
        }));
        let signup = Answer::of(signup).await;
        let token = signup.data("signup")["tokens"]["accessToken"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(part(&token, 1)["iss"], "http://localhost:8000", "{name}");
    }
}

#[tokio::test]
async fn it_names_the_algorithm_in_use() {
    let app = TestApp::with(Forger::config).await;
    let answer = app.anonymous().get(DISCOVERY).await;
    assert_eq!(
        answer.body["id_token_signing_alg_values_supported"],
        json!(["HS256"])
    );
}
