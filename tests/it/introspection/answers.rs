//! What the answer about a live token says.

use std::time::Duration;

use portcullis::platform::config::{ClaimsPreset, Config, JwtClaim, Roles};
use serde_json::{Value, json};

use super::{SERVICES, ask, check_of_proxy, server, service_token, with_callers, with_services};
use crate::{
    support::{Answer, Person, TestApp},
    token::part,
};

const NAMESPACE: &str = "https://hasura.io/jwt/claims";

async fn server_with_roles(change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::with(|config| {
        with_services(config);
        config.roles = Roles::parse("editor,writer,reader").unwrap();
        config.mfa_required_roles.clear();
        change(config);
    })
    .await
}

/// What is said of Ada, who got these roles after her token was signed.
async fn with_roles(app: &TestApp, ada: &Person, roles: &[&str]) -> Value {
    app.set_roles(ada, roles).await;
    let answer = ask(app, service_token(ada)).await;
    assert_eq!(answer.body["active"], true, "{}", answer.text);
    answer.body
}

#[tokio::test]
async fn a_live_token_is_described_by_its_claims() {
    let app = server().await;
    let ada = app.user("ada").await;
    let claims = part(service_token(&ada), 1);
    let answer = ask(&app, service_token(&ada)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let expected = json!({
        "active": true, "token_type": "Bearer", "iss": "http://localhost:8000", "aud": SERVICES,
        "sub": ada.id, "sid": ada.session_id, "jti": claims["jti"],
        "exp": claims["exp"], "nbf": claims["nbf"], "iat": claims["iat"],
        "username": "ada", "email": "ada@example.com", "email_verified": false, "roles": [],
    });
    assert_eq!(answer.body, expected);
    let of_proxy = Answer::of(check_of_proxy(&app.anonymous(), service_token(&ada))).await;
    assert_eq!(of_proxy.body, expected);
}

#[tokio::test]
async fn without_an_audience_of_services_the_one_token_is_described() {
    let app = TestApp::with(with_callers).await;
    let ada = app.user("ada").await;
    let answer = ask(&app, &ada.token).await;
    assert_eq!(
        (&answer.body["active"], &answer.body["sub"], &answer.body["aud"]),
        (&json!(true), &json!(ada.id), &json!("http://localhost:8000"))
    );
}

#[tokio::test]
async fn roles_are_those_of_now_and_not_those_of_the_token() {
    let app = server_with_roles(|_| {}).await;
    let ada = app.user("ada").await;
    let said = with_roles(&app, &ada, &["editor", "reader"]).await;
    assert_eq!(said["roles"], json!(["editor", "reader"]));
    let said = with_roles(&app, &ada, &[]).await;
    assert_eq!(said["roles"], json!([]));
}

#[tokio::test]
async fn they_have_the_shape_of_the_preset() {
    let hasura = |said: &Value| {
        json!({
            "x-hasura-default-role": "user",
            "x-hasura-allowed-roles": ["user", "editor", "reader"],
            "x-hasura-user-id": said["sub"],
        })
    };
    for preset in [
        ClaimsPreset::Hasura,
        ClaimsPreset::Postgrest,
        ClaimsPreset::Router,
    ] {
        let app = server_with_roles(|config| {
            config.claims_preset = preset;
            config.claims_database_roles = vec!["writer".to_owned(), "reader".to_owned()];
        })
        .await;
        let ada = app.user("ada").await;
        let said = with_roles(&app, &ada, &["editor", "reader"]).await;
        let (name, value) = match preset {
            ClaimsPreset::Postgrest => ("role", json!("reader")),
            ClaimsPreset::Router => ("scope", json!("editor reader")),
            _ => (NAMESPACE, hasura(&said)),
        };
        assert_eq!(said[name], value, "{preset:?}");
        for other in ["roles", "role", "scope", NAMESPACE] {
            assert!(other == name || said.get(other).is_none(), "{preset:?} {other}");
        }
    }
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_is_left_out_until_the_session_gave_one() {
    let app = server_with_roles(|config| config.mfa_required_roles = vec!["editor".to_owned()]).await;
    let ada = app.user("ada").await;
    let said = with_roles(&app, &ada, &["editor", "reader"]).await;
    assert_eq!(said["roles"], json!(["reader"]));
    let of_proxy = Answer::of(check_of_proxy(&app.anonymous(), service_token(&ada))).await;
    assert_eq!(of_proxy.header("portcullis-roles"), Some("reader"));
    app.sql("UPDATE sessions SET auth_methods = 'password,totp'")
        .await;
    let said = with_roles(&app, &ada, &["editor", "reader"]).await;
    assert_eq!(said["roles"], json!(["editor", "reader"]));
}

#[tokio::test]
async fn what_tokens_leave_out_is_left_out_here_too() {
    let app = server_with_roles(|config| config.jwt_claims = [JwtClaim::EmailVerified].into()).await;
    let ada = app.user("ada").await;
    let said = with_roles(&app, &ada, &["editor"]).await;
    for name in ["username", "email", "roles"] {
        assert_eq!(said.get(name), None, "{name}");
    }
    assert_eq!(said["email_verified"], false);
    let of_proxy = Answer::of(check_of_proxy(&app.anonymous(), service_token(&ada))).await;
    assert_eq!(of_proxy.header("portcullis-roles"), Some(""));
}

#[tokio::test]
async fn a_question_is_no_use_of_the_session() {
    let app = server().await;
    let ada = app.user("ada").await;
    let before = app.session(&ada.session_id).await.unwrap();
    app.pass(Duration::from_mins(5));
    assert_eq!(ask(&app, service_token(&ada)).await.body["active"], true);
    assert_eq!(app.session(&ada.session_id).await.unwrap(), before);
}

#[tokio::test]
async fn discovery_names_the_address_where_there_are_callers() {
    const DISCOVERY: &str = "/.well-known/openid-configuration";
    let app = server().await;
    let found = app.anonymous().get(DISCOVERY).await.body;
    assert_eq!(
        found["introspection_endpoint"],
        "http://localhost:8000/auth/verify"
    );
    assert_eq!(
        found["introspection_endpoint_auth_methods_supported"],
        json!(["client_secret_basic"])
    );
    let without = TestApp::start().await.anonymous().get(DISCOVERY).await.body;
    assert_eq!(without.get("introspection_endpoint"), None);
}
