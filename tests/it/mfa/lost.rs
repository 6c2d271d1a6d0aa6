//! Every kind of account, and every factor that can be lost: each has its way back.

use std::time::Duration;

use serde_json::json;

use super::{
    START, WithTotp, challenge, client_of, codes, passkey_login, passkey_proof, reset_password, set_up,
    step_up, verify, with_passkey,
};
use crate::{
    email_change::proven,
    support::{PASSWORD, TestApp},
};

#[tokio::test]
async fn who_lost_the_app_uses_a_recovery_code_and_sets_another_one_up() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let done = verify(
        &app.anonymous(),
        &waiting,
        json!({ "recoveryCode": ada.recovery_codes[0] }),
    )
    .await;
    let client = client_of(&app, &done, "verifyMfa");
    let client = step_up(&app, &client, json!({ "recoveryCode": ada.recovery_codes[1] })).await;
    let off = client.call("disableTotp", "user { id }", json!({})).await;
    assert_eq!(codes(&off), [""; 0]);
    set_up(&app, &client).await;
}

#[tokio::test]
async fn who_lost_the_password_and_has_an_app_resets_it_and_gives_a_code() {
    let app = TestApp::start().await;
    let ada = WithTotp::of(&app, proven(&app, "ada").await).await;
    reset_password(&app, &ada.person.email).await;
    ada.sign_in(&app).await;
}

#[tokio::test]
async fn who_lost_the_only_passkey_and_has_no_password_resets_it_and_uses_a_recovery_code() {
    let app = TestApp::start().await;
    let (client, mut passkey, recovery_codes) = with_passkey(&app, "ada").await;
    let proof = passkey_proof(&client, &mut passkey).await;
    let client = step_up(&app, &client, proof).await;
    let removed = client
        .query("mutation { removePassword { user { hasPassword } userErrors { code } } }")
        .await;
    assert_eq!(
        removed.data("removePassword")["user"]["hasPassword"],
        false,
        "{}",
        removed.text
    );
    // The device is gone.
    reset_password(&app, "ada@example.com").await;
    let waiting = challenge(&app.anonymous(), "ada@example.com").await;
    let done = verify(
        &app.anonymous(),
        &waiting,
        json!({ "recoveryCode": recovery_codes[0] }),
    )
    .await;
    let client = client_of(&app, &done, "verifyMfa");
    let client = step_up(&app, &client, json!({ "recoveryCode": recovery_codes[1] })).await;
    let lost = client.query("{ me { passkeys { id } } }").await;
    let id = lost.data("me")["passkeys"][0]["id"].clone();
    let removed = client
        .call(
            "removePasskey",
            "removedPasskeyId user { mfa { isEnabled } }",
            json!({ "passkeyId": id }),
        )
        .await;
    assert_eq!(codes(&removed), [""; 0]);
    assert_eq!(removed.data("removePasskey")["user"]["mfa"]["isEnabled"], false);
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"]
    );
}

#[tokio::test]
async fn who_has_neither_password_nor_passkey_proves_the_mailbox() {
    let app = TestApp::with(|config| config.email_login = true).await;
    let ada = proven(&app, "ada").await;
    let other = app.sign_in(&ada.email).await;
    app.put_hash(&ada.email, None).await;
    let started = ada.client.query(START).await;
    let started = started.data("startReauthentication");
    assert_eq!(started["methods"], json!(["EMAIL_CODE"]));
    let code = app.mail(&ada.email, "identity_code").await.code();
    for (typed, expected) in [("", "REQUIRED"), ("0000-0000", "EMAIL_CODE_INVALID")] {
        let proof = json!({ "emailCode": { "challengeToken": started["challengeToken"], "code": typed } });
        let answer = ada.client.call("reauthenticate", "validUntil", proof).await;
        assert_eq!(codes(&answer), [expected]);
    }
    let proof = json!({ "emailCode": { "challengeToken": started["challengeToken"], "code": code } });
    // It belongs to this session.
    let elsewhere = other
        .client
        .call("reauthenticate", "validUntil", proof.clone())
        .await;
    assert_eq!(codes(&elsewhere), ["CHALLENGE_EXPIRED"]);
    let client = step_up(&app, &ada.client, proof.clone()).await;
    let again = client.call("reauthenticate", "validUntil", proof).await;
    assert_eq!(codes(&again), ["CHALLENGE_EXPIRED"]);
    let input = json!({ "newPassword": PASSWORD });
    assert_eq!(
        codes(&client.call("changePassword", "user { hasPassword }", input).await),
        [""; 0]
    );
}

#[tokio::test]
async fn wrong_mailed_codes_end_their_own_challenge_only() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.put_hash(&ada.email, None).await;
    let first = ada.client.query(START).await.data("startReauthentication")["challengeToken"].clone();
    let code = app.mail(&ada.email, "identity_code").await.code();
    let proof = |token: &serde_json::Value, code: &str| json!({ "emailCode": { "challengeToken": token, "code": code } });
    for _ in 0..5 {
        let answer = ada
            .client
            .call("reauthenticate", "validUntil", proof(&first, "0000-0000"))
            .await;
        assert_eq!(codes(&answer), ["EMAIL_CODE_INVALID"]);
    }
    let answer = ada
        .client
        .call("reauthenticate", "validUntil", proof(&first, &code))
        .await;
    assert_eq!(codes(&answer), ["CHALLENGE_EXPIRED"]);
    let second = ada.client.query(START).await.data("startReauthentication")["challengeToken"].clone();
    let code = app.mail(&ada.email, "identity_code").await.code();
    app.pass(Duration::from_mins(5));
    step_up(&app, &ada.client, proof(&second, &code)).await;
}
