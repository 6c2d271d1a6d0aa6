//! What is not live, and how soon that is known.

use std::time::Duration;

use portcullis::{
    features::{
        audit::Actor,
        key::{self, Start},
    },
    platform::config::DatabaseUrl,
};
use serde_json::json;

use super::{ask, check_of_proxy, inactive, is_active, server, service_token, with_callers, with_services};
use crate::{
    support::{Answer, PASSWORD, Proxy, TestApp},
    token::{Forger, part},
};

#[tokio::test]
async fn only_tokens_for_services_are_active() {
    let app = server().await;
    let ada = app.user("ada").await;
    let good = service_token(&ada);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    for (about, token) in [
        ("the token for this server", ada.token.clone()),
        ("a refresh token", ada.refresh_token.clone()),
        ("the id of a session", ada.session_id.clone()),
        (
            "another signature",
            format!("{head}.{flipped}{}", &signature[1..]),
        ),
        ("no signature", format!("{head}.")),
        ("white space around", format!(" {good} ")),
        ("with its scheme", format!("Bearer {good}")),
        ("a text", "a.b.c".to_owned()),
        ("no ASCII", "é\u{0}".to_owned()),
        ("very long", "a".repeat(16_000)),
    ] {
        assert!(!is_active(&app, &token).await, "{about}");
    }
    assert!(is_active(&app, good).await);
}

#[tokio::test]
async fn claims_of_another_issuer_audience_type_or_time_are_not_active() {
    let forger = Forger::start_with(with_callers).await;
    let app = &forger.app;
    assert!(is_active(app, &forger.ada.token).await);
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("https://api.example.com")),
        ("exp", json!(forger.now() - 31)),
        ("nbf", json!(forger.now() + 31)),
        ("sub", json!("someone")),
        ("sid", json!("019ac100-0000-7000-8000-000000000000")),
    ] {
        let token = forger.with_claim(name, Some(value));
        assert!(!is_active(app, &token).await, "{name}");
    }
    for (name, value) in [
        ("typ", "session+jwt"),
        ("typ", "JWT"),
        ("alg", "none"),
        ("kid", "other"),
    ] {
        let token = forger.with_header(name, Some(json!(value)));
        assert!(!is_active(app, &token).await, "{name}: {value}");
    }
    // Whose session it is not.
    let eve = app.user("eve").await;
    let mixed = forger.with_claim("sub", Some(json!(eve.id)));
    assert!(!is_active(app, &mixed).await);
}

#[tokio::test]
async fn every_end_is_known_at_once() {
    let app = server().await;
    let names = ["logout", "revoked", "disabled", "deleted", "password", "stays"];
    let mut people = Vec::new();
    for name in names {
        people.push(app.user(name).await);
    }
    for person in &people {
        assert!(is_active(&app, service_token(person)).await);
    }
    let [logout, revoked, disabled, deleted, password, stays] = people.try_into().ok().unwrap();
    logout.client.logout().await;
    let elsewhere = app.sign_in(&revoked.email).await;
    elsewhere.client.revoke_session(&revoked.session_id).await;
    app.disable(&disabled.email).await;
    app.sql("DELETE FROM users WHERE email_key = 'deleted@example.com'")
        .await;
    let owner = app.sign_in(&password.email).await;
    let input = json!({ "currentPassword": PASSWORD, "newPassword": "another lantern under snow" });
    let answer = owner
        .client
        .call("changePassword", "revokedSessionCount", input)
        .await;
    assert_eq!(
        answer.data("changePassword")["revokedSessionCount"],
        1,
        "{}",
        answer.text
    );
    for gone in [&logout, &revoked, &disabled, &deleted, &password] {
        assert!(!is_active(&app, service_token(gone)).await, "{}", gone.email);
        let of_proxy = Answer::of(check_of_proxy(&app.anonymous(), service_token(gone))).await;
        assert_eq!((of_proxy.status.as_u16(), of_proxy.body), (401, inactive()));
    }
    for live in [&stays, &elsewhere, &owner] {
        assert!(is_active(&app, service_token(live)).await, "{}", live.email);
    }
    app.enable(&disabled.email).await;
    assert!(
        !is_active(&app, service_token(&disabled)).await,
        "the session stays ended"
    );
}

#[tokio::test]
async fn another_server_on_the_same_database_knows_it_at_once() {
    let app = server().await;
    let other = app.another(with_services).await;
    let ada = app.user("ada").await;
    assert!(is_active(&other, service_token(&ada)).await);
    ada.client.logout().await;
    assert!(!is_active(&other, service_token(&ada)).await);
}

#[tokio::test]
async fn a_token_is_active_until_it_expires() {
    let app = server().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(15));
    assert!(is_active(&app, service_token(&ada)).await, "clocks may differ");
    app.pass(Duration::from_secs(30));
    assert!(!is_active(&app, service_token(&ada)).await);
}

#[tokio::test]
async fn tokens_of_a_removed_key_are_not_active() {
    let app = server().await;
    let ada = app.user("ada").await;
    let kid = part(service_token(&ada), 0)["kid"].as_str().unwrap().to_owned();
    key::rotate(&app.app, Start::Now, Actor::system()).await.unwrap();
    app.pass(Duration::from_secs(10));
    key::refresh(&app.app).await.unwrap();
    assert!(is_active(&app, service_token(&ada)).await);
    key::retire(&app.app, &kid, Actor::system()).await.unwrap();
    key::refresh(&app.app).await.unwrap();
    assert!(!is_active(&app, service_token(&ada)).await);
}

/// A database server that goes away, or a SQLite file that lost a table.
#[tokio::test]
async fn without_the_database_nobody_hears_that_a_token_is_good_or_bad() {
    let mut proxy = None;
    let app = TestApp::with(|config| {
        with_services(config);
        if !config.database_url.expose().starts_with("sqlite") {
            let made = Proxy::before(config.database_url.expose());
            config.database_url = DatabaseUrl::parse(&made.url).unwrap();
            proxy = Some(made);
        }
    })
    .await;
    let ada = app.user("ada").await;
    assert!(is_active(&app, service_token(&ada)).await);
    let status = if let Some(proxy) = &proxy {
        proxy.cut();
        503
    } else {
        app.sql("ALTER TABLE sessions RENAME TO sessions_away").await;
        500
    };
    let of_proxy = Answer::of(check_of_proxy(&app.anonymous(), service_token(&ada))).await;
    for answer in [ask(&app, service_token(&ada)).await, of_proxy] {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        assert!(!answer.text.contains("active"), "{}", answer.text);
        assert_eq!(answer.header("retry-after").is_some(), status == 503);
        assert_eq!(answer.header("portcullis-user"), None);
    }
    // What needs no database is known all the same.
    assert!(!is_active(&app, &ada.token).await);
}
