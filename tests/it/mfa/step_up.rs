//! Which proof suffices for which account (docs/decisions/0016-step-up.md).

use serde_json::json;

use super::{
    START, WithTotp, answer_of, challenge, client_of, codes, passkey_proof, register, step_up, verify,
};
use crate::{
    email_change::proven,
    support::{Answer, Client, PASSWORD, TestApp},
};

/// Every change that needs a proof, with input that is right but for the proof.
const ACTIONS: [(&str, &str, &str); 7] = [
    ("startTotpSetup", "", "userErrors { code }"),
    ("startPasskeyRegistration", "", "userErrors { code }"),
    ("regenerateRecoveryCodes", "", "userErrors { code }"),
    ("disableTotp", "(input: {})", "userErrors { code }"),
    (
        "requestEmailChange",
        "(input: { newEmail: \"new@example.com\", currentPassword: \"P\" })",
        "userErrors { code }",
    ),
    (
        "changePassword",
        "(input: { newPassword: \"a candle behind thick glass\", currentPassword: \"P\" })",
        "userErrors { code }",
    ),
    (
        "deleteAccount",
        "(input: { currentPassword: \"P\" })",
        "userErrors { code }",
    ),
];

async fn act(client: &Client, action: (&str, &str, &str)) -> Answer {
    let (field, input, fields) = action;
    let input = input.replace("\"P\"", &format!("\"{PASSWORD}\""));
    client
        .query(&format!("mutation {{ {field}{input} {{ {fields} }} }}"))
        .await
}

#[tokio::test]
async fn with_a_second_factor_a_password_alone_proves_nothing() {
    let app = TestApp::start().await;
    let ada = WithTotp::of(&app, proven(&app, "ada").await).await;
    let client = ada.sign_in(&app).await;
    let answer = client
        .call("reauthenticate", "validUntil", json!({ "password": PASSWORD }))
        .await;
    assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"]);
    for action in ACTIONS {
        let expected = match action.0 {
            "startTotpSetup" => "TOTP_ALREADY_ENABLED",
            _ => "REAUTHENTICATION_REQUIRED",
        };
        assert_eq!(codes(&act(&client, action).await), [expected], "{}", action.0);
    }
    // The app alone does.
    let client = step_up(&app, &client, json!({ "totpCode": ada.next_code(&app) })).await;
    for (field, input, fields) in ACTIONS {
        // The proof stands in for the password, except where that is to be changed.
        let input = match field {
            "startTotpSetup" => continue,
            "changePassword" => input.to_owned(),
            _ => input
                .replace(", currentPassword: \"P\"", "")
                .replace("currentPassword: \"P\"", ""),
        };
        let answer = act(&client, (field, &input, fields)).await;
        assert_eq!(codes(&answer), [""; 0], "{field}");
    }
}

#[tokio::test]
async fn a_fresh_sign_in_proves_nothing_whatever_it_was_by() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let client = step_up(&app, &ada.client, json!({ "totpCode": ada.next_code(&app) })).await;
    let (mut passkey, _) = register(&client, "ada").await;
    let signed_in = super::passkey_login(&app.anonymous(), &mut passkey).await;
    let client = client_of(&app, &signed_in, "finishPasskeyLogin");
    let answer = act(&client, ("regenerateRecoveryCodes", "", "userErrors { code }")).await;
    assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"]);
}

#[tokio::test]
async fn each_kind_of_account_is_told_its_own_proofs() {
    let app = TestApp::start().await;
    let methods =
        async |client: &Client| client.query(START).await.data("startReauthentication")["methods"].clone();
    let ada = app.user("ada").await;
    assert_eq!(methods(&ada.client).await, json!(["PASSWORD"]));
    let bob = WithTotp::new(&app, "bob").await;
    assert_eq!(methods(&bob.client).await, json!(["TOTP", "RECOVERY_CODE"]));
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    register(&client, "ada").await;
    assert_eq!(methods(&client).await, json!(["PASSKEY", "RECOVERY_CODE"]));
    // Nothing is left to prove by: no password, and an address that nobody proved.
    let eve = app.user("eve").await;
    app.put_hash(&eve.email, None).await;
    assert_eq!(methods(&eve.client).await, json!([]));
    let answer = eve
        .client
        .call("reauthenticate", "validUntil", json!({ "password": PASSWORD }))
        .await;
    assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"]);
}

#[tokio::test]
async fn a_challenge_of_a_proof_serves_its_session_once_and_no_sign_in() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = register(&client, "ada").await;
    let proof = passkey_proof(&client, &mut passkey).await;
    // Not for another session of the same person.
    let other = super::passkey_login(&app.anonymous(), &mut passkey).await;
    let other = client_of(&app, &other, "finishPasskeyLogin");
    assert_eq!(
        codes(&other.call("reauthenticate", "validUntil", proof.clone()).await),
        ["CHALLENGE_EXPIRED"]
    );
    // Not as a sign-in, and a sign-in's does not serve here.
    let login = json!({
        "challengeToken": proof["passkey"]["challengeToken"],
        "credential": proof["passkey"]["credential"],
    });
    let answer = app
        .anonymous()
        .call("finishPasskeyLogin", "user { id }", login)
        .await;
    assert_eq!(codes(&answer), ["CHALLENGE_EXPIRED"]);
    let factor = json!({ "passkey": proof["passkey"]["credential"] });
    let answer = verify(
        &app.anonymous(),
        &json!({ "challengeToken": proof["passkey"]["challengeToken"] }),
        factor,
    )
    .await;
    assert_eq!(codes(&answer), ["MFA_CHALLENGE_EXPIRED"]);
    let waiting = challenge(&app.anonymous(), &ada.email).await;
    let of_login = json!({ "passkey": {
        "challengeToken": waiting["challengeToken"],
        "credential": answer_of(&mut passkey, &waiting["passkeyOptions"]),
    } });
    assert_eq!(
        codes(&client.call("reauthenticate", "validUntil", of_login).await),
        ["CHALLENGE_EXPIRED"]
    );
    // Once.
    step_up(&app, &client, proof.clone()).await;
    assert_eq!(
        codes(&client.call("reauthenticate", "validUntil", proof).await),
        ["CHALLENGE_EXPIRED"]
    );
    // And used up by a wrong answer, too.
    let mut wrong = passkey_proof(&client, &mut passkey).await;
    let right = wrong["passkey"]["credential"].clone();
    wrong["passkey"]["credential"]["response"]["signature"] = json!("AAAA");
    assert_eq!(
        codes(&client.call("reauthenticate", "validUntil", wrong.clone()).await),
        ["PASSKEY_REJECTED"]
    );
    wrong["passkey"]["credential"] = right;
    assert_eq!(
        codes(&client.call("reauthenticate", "validUntil", wrong).await),
        ["CHALLENGE_EXPIRED"]
    );
}

#[tokio::test]
async fn the_password_is_removed_after_a_proof_by_passkey_only_and_with_codes_left() {
    const REMOVE: &str = "mutation { removePassword { user { hasPassword } userErrors { code } } }";
    let app = TestApp::start().await;
    let ada = WithTotp::of(&app, proven(&app, "ada").await).await;
    let client = step_up(&app, &ada.client, json!({ "totpCode": ada.next_code(&app) })).await;
    assert_eq!(codes(&client.query(REMOVE).await), ["LAST_CREDENTIAL"]);
    let (mut passkey, _) = register(&client, "ada").await;
    assert_eq!(
        codes(&client.query(REMOVE).await),
        ["REAUTHENTICATION_REQUIRED"],
        "proven by the app"
    );
    let proof = passkey_proof(&client, &mut passkey).await;
    let client = step_up(&app, &client, proof).await;
    app.sql("UPDATE recovery_codes SET used_at = 1").await;
    assert_eq!(
        codes(&client.query(REMOVE).await),
        ["LAST_CREDENTIAL"],
        "no code is left"
    );
    app.sql("UPDATE recovery_codes SET used_at = NULL").await;
    assert_eq!(codes(&client.query(REMOVE).await), [""; 0]);
    let login = app.anonymous().login(&ada.person.email, PASSWORD).await;
    assert_eq!(codes(&login), ["INVALID_CREDENTIALS"]);
    assert_eq!(
        codes(&super::passkey_login(&app.anonymous(), &mut passkey).await),
        [""; 0]
    );
    assert!(
        app.kinds_to(&ada.person.email)
            .await
            .contains(&"password_removed".to_owned())
    );
    // The last passkey of an account without a password stays.
    let passkeys = client.query("{ me { passkeys { id } } }").await;
    let id = passkeys.data("me")["passkeys"][0]["id"].clone();
    let removed = client
        .call("removePasskey", "removedPasskeyId", json!({ "passkeyId": id }))
        .await;
    assert_eq!(codes(&removed), ["LAST_CREDENTIAL"]);
    // With a new password it can go.
    let input = json!({ "newPassword": "a candle behind thick glass" });
    assert_eq!(
        codes(&client.call("changePassword", "user { id }", input).await),
        [""; 0]
    );
    let removed = client
        .call("removePasskey", "removedPasskeyId", json!({ "passkeyId": id }))
        .await;
    assert_eq!(codes(&removed), [""; 0]);
}
