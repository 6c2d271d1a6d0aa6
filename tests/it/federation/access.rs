//! Who is let in.

use std::{fs, time::Duration};

use reqwest::Method;
use serde_json::json;

use super::{FIRST, PATH, SECOND, ask, federated, names, refusal, request, router, start, user};
use crate::support::{Answer, PASSWORD, Program, TestApp};

const SERVICE: &str = "{ _service { sdl } }";
const WRONG: &str = "Xy3k8WvN9+xGt4QyBh8CjSrDmFi0OuAl";

const IS_NO_SECRET: (u16, &str, Option<&str>) = (401, "UNAUTHENTICATED", Some("TOKEN_INVALID"));
const IS_MISSING: (u16, &str, Option<&str>) = (401, "UNAUTHENTICATED", Some("TOKEN_MISSING"));
const IS_OF_A_USER: (u16, &str, Option<&str>) = (403, "FORBIDDEN", Some("USER_CREDENTIALS"));

#[tokio::test]
async fn without_the_setting_there_is_no_subgraph() {
    let app = TestApp::start().await;
    for client in [app.anonymous(), router(&app)] {
        assert_eq!(ask(&client, SERVICE).await.status.as_u16(), 404);
        assert_eq!(client.get(PATH).await.status.as_u16(), 404);
    }
}

#[tokio::test]
async fn each_of_both_secrets_lets_in_and_nothing_else_does() {
    let app = start().await;
    for secret in [FIRST, SECOND] {
        let answer = ask(&app.bearer(secret), SERVICE).await;
        assert!(answer.data("_service")["sdl"].is_string(), "{}", answer.text);
    }
    let both = format!("{FIRST},{SECOND}");
    for wrong in [WRONG, &FIRST[..31], &both, &FIRST.to_lowercase(), "x"] {
        let answer = ask(&app.bearer(wrong), SERVICE).await;
        assert_eq!(refusal(&answer), IS_NO_SECRET, "{wrong}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert!(!answer.text.contains(wrong) || wrong == "x", "{}", answer.text);
    }
    let answer = ask(&app.anonymous(), SERVICE).await;
    assert_eq!(refusal(&answer), IS_MISSING);
    for (header, value) in [
        ("authorization", format!("Basic {FIRST}")),
        ("authorization", FIRST.to_owned()),
        ("x-router-secret", FIRST.to_owned()),
    ] {
        let request = request(&app.anonymous(), SERVICE, &json!({})).header(header, value);
        assert_eq!(refusal(&Answer::of(request).await), IS_MISSING, "{header}");
    }
    let glued =
        request(&app.anonymous(), SERVICE, &json!({})).header("authorization", format!("Bearer:{FIRST}"));
    assert_eq!(refusal(&Answer::of(glued).await), IS_NO_SECRET);
}

#[tokio::test]
async fn credentials_of_a_user_are_refused_even_beside_the_secret() {
    let app = start().await;
    let ada = app.user("ada").await;
    let answer = ask(&ada.client, SERVICE).await;
    assert_eq!(refusal(&answer), IS_OF_A_USER, "a token of a user alone");
    assert!(!answer.text.contains(&ada.token));
    let session = format!(
        "portcullis-access={}; portcullis-refresh={}",
        ada.token, ada.refresh_token
    );
    for (header, value) in [
        ("authorization", format!("Bearer {}", ada.token)),
        ("authorization", "Basic dTpw".to_owned()),
        ("cookie", session),
        ("cookie", "session=of-another-program".to_owned()),
    ] {
        let request = request(&router(&app), SERVICE, &json!({})).header(header, &value);
        assert_eq!(refusal(&Answer::of(request).await), IS_OF_A_USER, "{value}");
    }
}

#[tokio::test]
async fn the_secret_is_no_token_elsewhere() {
    let app = start().await;
    let answer = router(&app).query("{ me { id } }").await;
    assert_eq!(answer.reason(), "TOKEN_INVALID");
}

#[tokio::test]
async fn a_network_may_send_ten_wrong_secrets_and_then_one_every_three_seconds() {
    let app = TestApp::builder().behind_proxy().config(federated).start().await;
    let at = |secret: &str, address| app.bearer(secret).at(address);
    let (guesser, router) = (at(WRONG, "203.0.113.7"), at(FIRST, "203.0.113.7"));
    for _ in 0..10 {
        assert_eq!(refusal(&ask(&guesser, SERVICE).await), IS_NO_SECRET);
    }
    // The right one, too: else the wait would not slow a guesser down.
    for client in [&guesser, &router] {
        let answer = ask(client, SERVICE).await;
        assert_eq!(refusal(&answer), (429, "RATE_LIMITED", None));
        assert_eq!(answer.header("retry-after"), Some("3"));
    }
    let elsewhere = ask(&at(FIRST, "198.51.100.9"), SERVICE).await;
    assert!(elsewhere.data("_service").is_object());
    app.pass(Duration::from_secs(3));
    assert!(ask(&router, SERVICE).await.data("_service").is_object());
    assert_eq!(refusal(&ask(&guesser, SERVICE).await), IS_NO_SECRET);
    assert_eq!(refusal(&ask(&guesser, SERVICE).await).0, 429);
}

#[tokio::test]
async fn wrong_secrets_delay_neither_a_router_that_was_right_before_nor_sign_ins() {
    let app = TestApp::builder().behind_proxy().config(federated).start().await;
    let ada = app.user("ada").await;
    let address = "203.0.113.7";
    let (stale, router) = (app.bearer(WRONG).at(address), app.bearer(SECOND).at(address));
    assert!(ask(&router, SERVICE).await.data("_service").is_object());
    for _ in 0..20 {
        ask(&stale, SERVICE).await;
    }
    assert_eq!(refusal(&ask(&stale, SERVICE).await).0, 429);
    for _ in 0..30 {
        assert!(ask(&router, SERVICE).await.data("_service").is_object());
    }
    let login = app.anonymous().at(address).login(&ada.email, PASSWORD).await;
    assert!(login.data("login")["user"].is_object(), "{}", login.text);
}

#[tokio::test]
async fn only_posts_are_answered_and_no_page_can_read_them() {
    let app = start().await;
    let client = router(&app);
    let path = format!("{PATH}?query=%7B_service%7Bsdl%7D%7D");
    for method in [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ] {
        let request = client.request(method.clone(), &path);
        let answer = Answer::of(request.header("origin", "http://localhost:8000")).await;
        assert_eq!(answer.status.as_u16(), 405, "{method}");
        assert_eq!(answer.header("allow"), Some("POST"), "{method}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{method}");
    }
    let from_a_page = request(&client, SERVICE, &json!({})).header("origin", "http://localhost:8000");
    let answer = Answer::of(from_a_page).await;
    assert!(answer.data("_service").is_object());
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn secrets_are_read_from_a_file_and_stay_out_of_the_log() {
    let program = Program::new().await;
    let file = program.database.folder().join("router-secrets");
    fs::write(&file, format!("{FIRST},{SECOND}\n")).unwrap();
    let program = program
        .with("FEDERATION_SECRETS_FILE", file.to_str().unwrap())
        .with("LOG_LEVEL", "trace");
    let server = program.serve().await;
    let with = |secret: &str| crate::support::Client::new(server.url().to_owned(), Some(secret.to_owned()));
    for secret in [FIRST, SECOND] {
        let found = names(
            &with(secret),
            json!([user("019ac1d2-7a4e-7c33-9d52-0242ac120002")]),
        )
        .await;
        assert_eq!(*found.data("_entities"), json!([null]));
    }
    assert_eq!(refusal(&ask(&with(WRONG), SERVICE).await), IS_NO_SECRET);
    let log = server.log();
    assert!(log.contains("refused a router"), "{log}");
    for secret in [FIRST, SECOND, WRONG] {
        assert!(!log.contains(secret), "{secret}");
    }
}
