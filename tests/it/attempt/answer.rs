//! The answer to a refused attempt.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{WRONG, fail};
use crate::support::{Answer, Client, TestApp};

async fn login_as(client: &Client, accept: &str) -> Answer {
    let query = "mutation ($p: String!) { login(input: { email: \"nobody@example.com\", password: $p }) {
        user { id } } }";
    let request = client
        .request(Method::POST, "/graphql")
        .header("accept", accept)
        .json(&json!({ "query": query, "variables": { "p": WRONG } }));
    Answer::of(request).await
}

#[tokio::test]
async fn both_media_types_tell_when_to_come_back() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    fail(&client, "nobody@example.com", 5).await;
    app.pass(Duration::from_millis(100_500));
    for (accept, status) in [
        ("application/json", 200),
        ("application/graphql-response+json", 429),
    ] {
        let answer = login_as(&client, accept).await;
        assert_eq!(answer.status.as_u16(), status, "{accept}");
        // 799.5 seconds: never too early.
        assert_eq!(answer.header("retry-after"), Some("800"), "{accept}");
        assert_eq!(
            answer.body,
            json!({
                "data": null,
                "errors": [{
                    "message": "Too many attempts or changes. Try again later.",
                    "locations": [{ "line": 1, "column": 26 }],
                    "path": ["login"],
                    "extensions": { "code": "RATE_LIMITED", "retryAfterSeconds": 800 },
                }],
            })
        );
    }
}

#[tokio::test]
async fn the_schema_names_the_code_where_callers_look() {
    let sdl = include_str!("../../../schema.graphql");
    for field in [
        "login(",
        "signup(",
        "changePassword(",
        "reauthenticate(",
        "deleteAccount(",
    ] {
        let (before, _) = sdl.split_once(&format!("  {field}")).unwrap();
        let (_, description) = before
            .trim_end()
            .trim_end_matches("\"\"\"")
            .rsplit_once("\"\"\"")
            .unwrap();
        assert!(description.contains("RATE_LIMITED"), "{field}: {description}");
    }
}
