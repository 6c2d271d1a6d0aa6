//! The one way a token comes in: `Authorization: Bearer`.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp};

const ME: &str = "{ me { id } }";

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let request = app
            .anonymous()
            .request(Method::POST, "/graphql")
            .header("authorization", format!("{scheme} {}", ada.token))
            .json(&json!({ "query": ME }));
        assert_eq!(Answer::of(request).await.data("me")["id"], ada.id, "{scheme}");
    }
}

/// `{ me }` with these `Authorization` headers.
async fn me(app: &TestApp, headers: &[String]) -> Answer {
    let mut request = app.anonymous().request(Method::POST, "/graphql");
    for value in headers {
        request = request.header("authorization", value);
    }
    Answer::of(request.json(&json!({ "query": ME }))).await
}

#[tokio::test]
async fn another_scheme_and_an_empty_value_are_as_none() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let token = &ada.token;
    for headers in [
        vec![format!("Basic {token}")],
        vec![format!("Token {token}")],
        vec![format!("DPoP {token}")],
        vec![format!("JWT {token}")],
        vec![token.clone()],
        vec![format!("Bearer{token}")],
        vec![format!("Basic dTpw, Bearer {token}")],
        vec![String::new()],
        vec!["Bearer".to_owned()],
        vec!["Bearer ".to_owned()],
        vec!["Basic dTpw".to_owned(), "Negotiate YII".to_owned()],
    ] {
        assert_eq!(me(&app, &headers).await.reason(), "TOKEN_MISSING", "{headers:?}");
    }
    for headers in [
        ["Basic dTpw".to_owned(), format!("Bearer {token}")],
        [format!("bearer   {token}"), String::new()],
    ] {
        assert_eq!(me(&app, &headers).await.data("me")["id"], ada.id, "{headers:?}");
    }
}

#[tokio::test]
async fn odd_tokens_and_two_of_them_are_invalid_not_missing() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    let bearer = format!("Bearer {token}");
    for headers in [
        vec![format!("Bearer\t{token}")],
        vec![format!("Bearer: {token}")],
        vec!["Bearer null".to_owned()],
        vec!["Bearer undefined".to_owned()],
        vec![bearer.clone(), bearer.clone()],
        vec![bearer.clone(), "Basic dTpw".to_owned(), bearer.clone()],
        vec![format!("{bearer}, {bearer}")],
    ] {
        assert_eq!(me(&app, &headers).await.reason(), "TOKEN_INVALID", "{headers:?}");
    }
}

#[tokio::test]
async fn a_token_anywhere_else_is_no_token() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    let client = app.anonymous();
    let post = |path: &str| client.request(Method::POST, path);
    let in_body = json!({ "query": ME, "extensions": { "authorization": token, "access_token": token } });
    for request in [
        post(&format!("/graphql?access_token={token}")).json(&json!({ "query": ME })),
        post("/graphql").json(&in_body),
        post("/graphql")
            .header("x-access-token", &token)
            .header("x-authorization", format!("Bearer {token}"))
            .header("proxy-authorization", format!("Bearer {token}"))
            .header("cookie", format!("access_token={token}; __Host-access={token}"))
            .json(&json!({ "query": ME })),
        client.request(
            Method::GET,
            &format!("/graphql?query=%7Bme%7Bid%7D%7D&access_token={token}"),
        ),
    ] {
        assert_eq!(Answer::of(request).await.reason(), "TOKEN_MISSING");
    }
}

#[tokio::test]
async fn an_invalid_token_on_a_public_field_is_told_and_fails_nothing() {
    let app = TestApp::start().await;
    let answer = app
        .bearer("garbage")
        .query("{ serverInfo { version } viewer { unauthenticatedReason } node(id: \"x\") { id } }")
        .await;
    assert_eq!(answer.data("viewer")["unauthenticatedReason"], "TOKEN_INVALID");
    assert!(answer.data("serverInfo")["version"].is_string());
    assert_eq!(answer.data("node"), &json!(null));
}
