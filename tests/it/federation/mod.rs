//! The subgraph for a federation router.

mod access;
mod contract;
mod entities;
mod hostile;

use portcullis::platform::config::{Config, RouterSecrets};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

const PATH: &str = "/federation/graphql";

/// The secrets of the router: the current one and the next.
const FIRST: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";
const SECOND: &str = "b7Tq2LmXe9RzKc4VhWy1NsJd6PgUf8Oa";

/// How routers ask for names.
const NAMES: &str =
    "query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on User { id name } } }";

fn federated(config: &mut Config) {
    config.federation_secrets = Some(RouterSecrets::parse(&format!("{FIRST},{SECOND}")).unwrap());
}

/// A server with a router.
async fn start() -> TestApp {
    TestApp::with(federated).await
}

/// The router.
fn router(app: &TestApp) -> Client {
    app.bearer(FIRST)
}

fn request(client: &Client, query: &str, variables: &Value) -> RequestBuilder {
    let request = client.request(Method::POST, PATH);
    request.json(&json!({ "query": query, "variables": variables }))
}

async fn ask(client: &Client, query: &str) -> Answer {
    Answer::of(request(client, query, &json!({}))).await
}

/// Asks for the names of these representations.
async fn names(client: &Client, representations: Value) -> Answer {
    Answer::of(request(client, NAMES, &json!({ "r": representations }))).await
}

fn user(id: &str) -> Value {
    json!({ "__typename": "User", "id": id })
}

/// Status, code and reason of the only error; nothing else is in the answer.
#[track_caller]
fn refusal(answer: &Answer) -> (u16, &str, Option<&str>) {
    let codes = answer.codes();
    assert_eq!(codes.len(), 1, "{}", answer.text);
    assert!(answer.body.get("data").is_none(), "{}", answer.text);
    let reason = answer.body["errors"][0]["extensions"]["reason"].as_str();
    (answer.status.as_u16(), codes[0], reason)
}
