//! Services and proxies ask whether a token is still good.

mod answers;
mod callers;
mod ended;
mod log;
mod proxies;
mod requests;

use portcullis::platform::config::{Config, IntrospectionCallers};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::support::{Answer, Client, Person, TestApp};

const VERIFY: &str = "/auth/verify";
const SERVICES: &str = "https://api.example.com";

/// The secrets of the caller `shop`: while it changes them, it has two.
const SHOP: &str = "m7Rk2+VqT9xLw4Nc8Hs1Gd6Jp3Bf5YzQ=";
const NEXT_OF_SHOP: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";
/// The secret of the caller `gateway`.
const GATEWAY: &str = "Tb5nXe8Kv3Rz0Wq7Ly2Hc6Jd9Mf4Pg1S";

/// The setting with these three.
fn callers() -> String {
    format!("shop:{SHOP},shop:{NEXT_OF_SHOP},gateway:{GATEWAY}")
}

fn with_callers(config: &mut Config) {
    config.introspection_callers = IntrospectionCallers::parse(&callers()).unwrap();
}

fn with_services(config: &mut Config) {
    with_callers(config);
    SERVICES.clone_into(&mut config.audience);
}

/// A server that services can ask, with an audience of theirs.
async fn server() -> TestApp {
    TestApp::with(with_services).await
}

fn service_token(person: &Person) -> &str {
    person.service_token.as_deref().unwrap()
}

/// A form with this body, by nobody.
fn form(client: &Client, body: String) -> RequestBuilder {
    let request = client.request(Method::POST, VERIFY);
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
}

/// A question about a token, by nobody.
fn question(client: &Client, token: &str) -> RequestBuilder {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    form(client, pairs.append_pair("token", token).finish())
}

/// The answer to a question of `shop`.
async fn ask(app: &TestApp, token: &str) -> Answer {
    let request = question(&app.anonymous(), token);
    Answer::of(request.basic_auth("shop", Some(SHOP))).await
}

/// Whether a token is active; if it is not, the answer says nothing else.
async fn is_active(app: &TestApp, token: &str) -> bool {
    let answer = ask(app, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let is_active = answer.body["active"].as_bool().unwrap();
    assert!(
        is_active || answer.text == r#"{"active":false}"#,
        "{}",
        answer.text
    );
    is_active
}

/// A question of the proxy `gateway` about a request with this token.
fn check_of_proxy(client: &Client, token: &str) -> RequestBuilder {
    client
        .request(Method::GET, VERIFY)
        .header("portcullis-caller", format!("gateway:{GATEWAY}"))
        .bearer_auth(token)
}

#[track_caller]
fn assert_unknown_caller(answer: &Answer) {
    assert_eq!(answer.status, 401, "{}", answer.text);
    assert_eq!(answer.body["error"], "invalid_client");
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Basic "), "{challenge}");
    assert_eq!(answer.body.get("active"), None::<&Value>);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// What is expected of an answer about anything that is not live.
fn inactive() -> Value {
    json!({ "active": false })
}
