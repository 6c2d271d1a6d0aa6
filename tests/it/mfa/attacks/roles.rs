//! Roles that need a second factor, and what their holders and thieves can reach without it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis::platform::config::{EmailVerification, JwtClaim};
use serde_json::{Value, json};

use super::super::{WithTotp, challenge, codes, passkey_login, register, step_up, text};
use crate::support::{PASSWORD, TestApp};

/// The roles that services read in the service token of this payload.
fn roles_for_services(payload: &Value) -> Value {
    let token = text(&payload["tokens"]["serviceToken"]);
    let part = token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    claims["roles"].clone()
}

#[tokio::test]
async fn services_are_not_told_of_a_role_before_its_second_factor_was_given() {
    const FIELDS: &str = "tokens { accessToken serviceToken }";
    let app = TestApp::with(|config| {
        config.mfa_required_roles = vec!["admin".to_owned()];
        config.jwt_claims = std::iter::once(JwtClaim::Roles).collect();
        "https://api.example.com".clone_into(&mut config.audience);
    })
    .await;
    let person = app.user("ada").await;
    app.set_roles(&person, &["admin"]).await;
    // A thief of an administrator's password.
    let input = json!({ "email": person.email, "password": PASSWORD });
    let answer = app.anonymous().call("login", FIELDS, input).await;
    let payload = answer.data("login");
    let me = app.bearer(&text(&payload["tokens"]["accessToken"])).me().await;
    assert_eq!(me.codes(), ["FORBIDDEN"]);
    assert_eq!(
        roles_for_services(payload),
        json!([]),
        "every service takes this session for an administrator's"
    );
    // The administrator with a second factor.
    let ada = WithTotp::of(&app, person).await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let input = json!({
        "challengeToken": waiting["challengeToken"],
        "factor": { "totpCode": ada.next_code(&app) },
    });
    let answer = app.anonymous().call("verifyMfa", FIELDS, input).await;
    assert_eq!(roles_for_services(answer.data("verifyMfa")), json!(["admin"]));
}

#[tokio::test]
async fn who_lacks_the_second_factor_of_a_role_cannot_read_the_sessions_of_its_holder() {
    let app = TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let ada = app.admin("ada").await;
    let me = ada
        .client
        .query("{ me { sessions { nodes { ipAddress } } } }")
        .await;
    assert_eq!(me.codes(), ["FORBIDDEN"]);
    let viewer = ada
        .client
        .query("{ viewer { user { sessions { nodes { id ipAddress userAgent } } passkeys { name } } } }")
        .await;
    assert_eq!(viewer.codes(), ["FORBIDDEN"], "{}", viewer.text);
}

#[tokio::test]
async fn the_holder_of_a_role_confirms_the_address_before_the_second_factor() {
    let app = TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let ada = app.admin("ada").await;
    let token = app.mail(&ada.email, "confirm_address").await.token();
    let input = json!({ "token": token });
    let answer = ada
        .client
        .call("verifyEmail", "isVerified user { id }", input)
        .await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    assert_eq!(answer.data("verifyEmail")["isVerified"], true);
}

#[tokio::test]
async fn a_passkey_does_not_sign_in_where_the_address_must_be_confirmed_first() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = register(&client, "ada").await;
    let strict = app
        .another(|config| config.email_verification = EmailVerification::Required)
        .await;
    let login = strict.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(codes(&login), ["EMAIL_NOT_VERIFIED"]);
    let by_passkey = passkey_login(&strict.anonymous(), &mut passkey).await;
    assert_eq!(codes(&by_passkey), ["EMAIL_NOT_VERIFIED"], "{}", by_passkey.text);
}
