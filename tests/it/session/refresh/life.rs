//! The life of a session that nobody disturbs.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use super::row;
use crate::{
    support::{PASSWORD, TestApp},
    token::part,
};

#[tokio::test]
async fn a_refresh_token_is_traded_for_new_tokens_of_the_same_session() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(1));
    let answer = app.anonymous().refresh(&ada.refresh_token).await;
    let traded = answer.tokens("refreshSession");
    let payload = answer.data("refreshSession");
    assert_eq!(payload["user"]["id"], ada.id);
    assert_eq!(payload["user"]["email"], ada.email);
    let session = &payload["session"];
    assert_eq!(session["id"], ada.session_id);
    assert_eq!(session["isCurrent"], true);
    assert_eq!(session["createdAt"], "2026-11-22T12:00:00.000Z");
    assert_eq!(session["lastUsedAt"], "2026-11-22T12:01:00.000Z");
    assert_eq!(session["expiresAt"], "2026-12-06T12:01:00.000Z");
    let tokens = &payload["tokens"];
    assert_eq!(tokens["refreshTokenExpiresAt"], session["expiresAt"]);
    assert_eq!(tokens["accessTokenExpiresAt"], "2026-11-22T12:16:00.000Z");

    assert_ne!(traded.refresh, ada.refresh_token);
    assert_ne!(traded.access, ada.token);
    let (old, new) = (part(&ada.token, 1), part(&traded.access, 1));
    assert_eq!((&new["sid"], &new["sub"]), (&old["sid"], &old["sub"]));
    assert_ne!(new["jti"], old["jti"]);
    for token in [&ada.token, &traded.access] {
        assert_eq!(app.bearer(token).me().await.data("me")["id"], ada.id);
    }
}

#[tokio::test]
async fn each_sign_in_tells_until_when_its_refresh_token_is_good() {
    let app = TestApp::start().await;
    let form = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    for answer in [
        app.anonymous().signup(form).await.data("signup").clone(),
        app.anonymous()
            .login("ada@example.com", PASSWORD)
            .await
            .data("login")
            .clone(),
    ] {
        assert_eq!(
            answer["tokens"]["refreshTokenExpiresAt"],
            "2026-12-06T12:00:00.000Z"
        );
        assert_eq!(
            answer["tokens"]["refreshTokenExpiresAt"],
            answer["session"]["expiresAt"]
        );
    }
}

#[tokio::test]
async fn trade_follows_trade_and_no_token_comes_twice() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut seen = BTreeSet::from([ada.token.clone(), ada.refresh_token.clone()]);
    let mut refresh = ada.refresh_token.clone();
    for generation in 1..=30 {
        app.pass(Duration::from_mins(5));
        let traded = app.anonymous().refresh(&refresh).await.tokens("refreshSession");
        assert_eq!(app.bearer(&traded.access).me().await.data("me")["id"], ada.id);
        assert!(seen.insert(traded.access) && seen.insert(traded.refresh.clone()));
        assert_eq!(row(&app, &ada.session_id).await.refresh_generation, generation);
        refresh = traded.refresh;
    }
}

#[tokio::test]
async fn an_access_token_works_for_its_quarter_of_an_hour_whatever_was_traded_since() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(10));
    let traded = app.anonymous().refresh(&ada.refresh_token).await;
    let traded = traded.tokens("refreshSession");
    app.pass(Duration::from_secs(5 * 60 - 1));
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    // Clocks may differ by half a minute.
    app.pass(Duration::from_secs(32));
    assert_eq!(ada.client.me().await.reason(), "TOKEN_EXPIRED");
    assert_eq!(app.bearer(&traded.access).me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn a_dead_access_token_beside_it_is_no_hindrance() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_hours(24));
    assert_eq!(ada.client.me().await.reason(), "TOKEN_EXPIRED");
    let traded = ada.client.refresh(&ada.refresh_token).await;
    let traded = traded.tokens("refreshSession");
    let traded = app.bearer("garbage").refresh(&traded.refresh).await;
    let traded = traded.tokens("refreshSession");
    assert_eq!(app.bearer(&traded.access).me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn whose_tokens_come_is_told_by_the_refresh_token_alone() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let answer = eve.client.refresh(&ada.refresh_token).await;
    let traded = answer.tokens("refreshSession");
    assert_eq!(answer.data("refreshSession")["user"]["id"], ada.id);
    assert_eq!(part(&traded.access, 1)["sub"], ada.id);
    for more in ["userId", "sessionId", "sub", "generation"] {
        let input = json!({ "refreshToken": traded.refresh, more: eve.id });
        let answer = app.anonymous().refresh_with(input).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{more}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_the_session_is_known_by_stays_and_where_it_is_used_moves_on() {
    let app = TestApp::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let ada = app.user("ada").await;
    let login = app
        .anonymous()
        .agent("Firefox")
        .login_with(json!({ "email": ada.email, "password": PASSWORD, "deviceName": "Kitchen" }))
        .await;
    let first = login.data("login")["session"].clone();
    app.pass(Duration::from_mins(3));
    let client = app.anonymous().agent("Firefox, a newer one");
    let document = "mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) {
        session { id deviceName userAgent authMethods ipAddress createdAt lastUsedAt } userErrors { code } } }";
    let body =
        json!({ "query": document, "variables": { "token": login.data("login")["tokens"]["refreshToken"] } });
    let request = client
        .request(reqwest::Method::POST, "/graphql")
        .header("x-forwarded-for", "198.51.100.7")
        .json(&body);
    let answer = crate::support::Answer::of(request).await;
    let second = &answer.data("refreshSession")["session"];
    for same in ["id", "deviceName", "userAgent", "authMethods", "createdAt"] {
        assert_eq!(second[same], first[same], "{same}");
    }
    assert_eq!(
        (
            &second["deviceName"],
            &second["userAgent"],
            &second["authMethods"]
        ),
        (&json!("Kitchen"), &json!("Firefox"), &json!(["PASSWORD"]))
    );
    assert_eq!(second["ipAddress"], "198.51.100.7");
    assert_eq!(second["lastUsedAt"], "2026-11-22T12:03:00.000Z");
}

#[tokio::test]
async fn without_a_token_one_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    // An access token is of no use here.
    for client in [app.anonymous(), ada.client] {
        for input in [
            Value::Null,
            json!({}),
            json!({ "refreshToken": null }),
            json!({ "refreshToken": "" }),
        ] {
            let answer = client.refresh_with(input).await;
            assert_eq!(
                answer.user_errors("refreshSession"),
                [(
                    "REQUIRED",
                    "Send the refresh token, in the input or in its cookie.",
                    json!(["refreshToken"])
                )]
            );
        }
    }
    let answer = app
        .anonymous()
        .query("mutation { refreshSession { tokens { accessToken } userErrors { code } } }")
        .await;
    assert_eq!(
        answer.data("refreshSession"),
        &json!({ "tokens": null, "userErrors": [{ "code": "REQUIRED" }] })
    );
}

#[tokio::test]
async fn a_document_tries_one_token_only() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let one = format!(
        "refreshSession(input: {{ refreshToken: \"{}\" }}) {{ userErrors {{ code }} }}",
        ada.refresh_token
    );
    for document in [
        format!("mutation {{ {one} again: {one} }}"),
        format!("mutation {{ logout {{ wasSignedIn }} {one} }}"),
    ] {
        let answer = app.anonymous().query(&document).await;
        assert_eq!(answer.codes(), ["QUERY_LIMIT_EXCEEDED"], "{}", answer.text);
    }
    assert_eq!(row(&app, &ada.session_id).await.refresh_generation, 0);
}
