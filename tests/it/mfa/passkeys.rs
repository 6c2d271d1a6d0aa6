//! Passkeys: registration, renaming and removing. Signing in with them is in `passkey_sign_in.rs`.

use std::time::Duration;

use portcullis::platform::config::PublicUrl;
use serde_json::{Value, json};

use super::{
    ORIGIN, WithTotp, client_of, codes, passkey_login, register, register_with, step_up, with_passkey,
};
use crate::{
    email_change::proven,
    support::{Authenticator, Client, PASSWORD, TestApp},
};

#[tokio::test]
async fn registering_needs_a_proof_gives_recovery_codes_and_is_reported() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let start = "mutation { startPasskeyRegistration { challengeToken options userErrors { code } } }";
    assert_eq!(
        codes(&ada.client.query(start).await),
        ["REAUTHENTICATION_REQUIRED"]
    );
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let (_, recovery_codes) = register(&client, "ada").await;
    assert_eq!(recovery_codes.unwrap().len(), 10);
    let (_, again) = register(&client, "another one").await;
    assert_eq!(again, None, "only the first factor gives codes");
    let me = client
        .query("{ me { passkeys { name isSynced createdAt lastUsedAt } mfa { isEnabled } } }")
        .await;
    let passkeys = me.data("me")["passkeys"].as_array().unwrap();
    assert_eq!(passkeys.len(), 2);
    assert_eq!(
        (&passkeys[0]["isSynced"], &passkeys[0]["lastUsedAt"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(me.data("me")["mfa"]["isEnabled"], true);
    let mails = app.kinds_to(&ada.email).await;
    assert_eq!(mails.iter().filter(|kind| *kind == "passkey_added").count(), 2);
}

#[tokio::test]
async fn the_second_registration_needs_a_proof_by_factor_and_excludes_the_first_passkey() {
    let app = TestApp::start().await;
    let (client, _, _) = with_passkey(&app, "ada").await;
    let started = client
        .query("mutation { startPasskeyRegistration { options userErrors { code } } }")
        .await;
    let options = &started.data("startPasskeyRegistration")["options"];
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["attestation"], "none");
    let handle = options["user"]["id"].as_str().unwrap();
    assert_eq!(handle.len(), 43, "32 random bytes");
}

#[tokio::test]
async fn a_registration_belongs_to_its_session_works_for_five_minutes_and_for_one_answer() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let start = "mutation { startPasskeyRegistration { challengeToken options } }";
    let begun = async || client.query(start).await.data("startPasskeyRegistration").clone();
    let input = |begun: &Value, answer: &str| {
        let credential: Value = serde_json::from_str(answer).unwrap();
        json!({ "challengeToken": begun["challengeToken"], "credential": credential })
    };
    let finish = async |client: &Client, input: Value| {
        codes(
            &client
                .call("finishPasskeyRegistration", "passkey { id }", input)
                .await,
        )
    };
    let mut passkey = Authenticator::new(ORIGIN, "ada");
    let first = begun().await;
    let answer = passkey.create(&first["options"].to_string());
    let other = app.sign_in(&ada.email).await;
    assert_eq!(
        finish(&other.client, input(&first, &answer)).await,
        ["CHALLENGE_EXPIRED"]
    );
    let mut broken = Authenticator::new("https://evil.example", "ada");
    let wrong = broken.create(&first["options"].to_string());
    assert_eq!(finish(&client, input(&first, &wrong)).await, ["PASSKEY_REJECTED"]);
    assert_eq!(
        finish(&client, input(&first, &answer)).await,
        ["CHALLENGE_EXPIRED"],
        "used up by the wrong one"
    );
    let second = begun().await;
    let answer = passkey.create(&second["options"].to_string());
    app.pass(Duration::from_mins(5));
    assert_eq!(
        finish(&client, input(&second, &answer)).await,
        ["CHALLENGE_EXPIRED"]
    );
    let third = begun().await;
    let answer = passkey.create(&third["options"].to_string());
    assert_eq!(finish(&client, input(&third, &answer)).await, [""; 0]);
    assert_eq!(
        finish(&client, input(&third, &answer)).await,
        ["CHALLENGE_EXPIRED"]
    );
}

#[tokio::test]
async fn nobody_registers_the_passkey_of_somebody_else() {
    let app = TestApp::start().await;
    with_passkey(&app, "ada").await;
    let bob = app.user("bob").await;
    let client = step_up(&app, &bob.client, json!({ "password": PASSWORD })).await;
    let mut passkey = Authenticator::new(ORIGIN, "ada");
    let answer = register_with(&client, &mut passkey).await;
    assert_eq!(codes(&answer), ["PASSKEY_REJECTED"]);
}

#[tokio::test]
async fn twenty_are_enough() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let (client, _, _) = with_passkey(&app, "ada").await;
    for number in 1..20 {
        register(&client, &format!("ada {number}")).await;
    }
    let answer = client
        .query("mutation { startPasskeyRegistration { userErrors { code } } }")
        .await;
    assert_eq!(codes(&answer), ["LIMIT_REACHED"]);
}

#[tokio::test]
async fn it_is_renamed_found_by_its_id_and_removed() {
    let app = TestApp::start().await;
    let (client, mut passkey, _) = with_passkey(&app, "ada").await;
    let bob = app.user("bob").await;
    let me = client.query("{ me { passkeys { id } } }").await;
    let id = me.data("me")["passkeys"][0]["id"].clone();
    let fields = "passkey { name }";
    for (client, id, name, expected) in [
        (&client, &id, "Key on the shelf", vec![]),
        (&client, &id, " ", vec!["REQUIRED"]),
        (
            &client,
            &json!("0192d2c8-0000-7000-8000-000000000000"),
            "x",
            vec!["NOT_FOUND"],
        ),
        (&client, &json!("nonsense"), "x", vec!["NOT_FOUND"]),
        (&bob.client, &id, "mine", vec!["NOT_FOUND"]),
    ] {
        let answer = client
            .call("renamePasskey", fields, json!({ "passkeyId": id, "name": name }))
            .await;
        assert_eq!(codes(&answer), expected, "{name}");
    }
    let long = json!({ "passkeyId": id, "name": "x".repeat(101) });
    assert_eq!(
        codes(&client.call("renamePasskey", fields, long).await),
        ["TOO_LONG"]
    );
    let node = "query ($id: ID!) { node(id: $id) { id ... on Passkey { name } } }";
    let found = client.run(node, json!({ "id": id })).await;
    assert_eq!(found.data("node")["name"], "Key on the shelf");
    assert_eq!(
        bob.client.run(node, json!({ "id": id })).await.data("node"),
        &Value::Null
    );
    let remove = json!({ "passkeyId": id });
    let by_bob = step_up(&app, &bob.client, json!({ "password": PASSWORD })).await;
    assert_eq!(
        codes(
            &by_bob
                .call("removePasskey", "removedPasskeyId", remove.clone())
                .await
        ),
        ["NOT_FOUND"]
    );
    let signed_in = passkey_login(&app.anonymous(), &mut passkey).await;
    let fresh = client_of(&app, &signed_in, "finishPasskeyLogin");
    let refused = fresh
        .call("removePasskey", "removedPasskeyId", remove.clone())
        .await;
    assert_eq!(codes(&refused), ["REAUTHENTICATION_REQUIRED"]);
    let done = client
        .call(
            "removePasskey",
            "removedPasskeyId user { mfa { isEnabled } }",
            remove,
        )
        .await;
    assert_eq!(done.data("removePasskey")["removedPasskeyId"], id);
    assert_eq!(fresh.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"]
    );
    assert!(
        app.kinds_to("ada@example.com")
            .await
            .contains(&"passkey_removed".to_owned())
    );
}

#[tokio::test]
async fn where_passkeys_cannot_work_they_are_off() {
    let app = TestApp::with(|config| {
        config.public_url = PublicUrl::parse("http://127.0.0.1:8000").unwrap();
    })
    .await;
    let info = app.anonymous().query("{ serverInfo { isPasskeyEnabled } }").await;
    assert_eq!(info.data("serverInfo")["isPasskeyEnabled"], false);
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    for start in ["startPasskeyLogin", "startPasskeyRegistration"] {
        let answer = client
            .query(&format!("mutation {{ {start} {{ userErrors {{ code }} }} }}"))
            .await;
        assert_eq!(codes(&answer), ["FEATURE_DISABLED"], "{start}");
    }
}

#[tokio::test]
async fn an_account_with_an_app_keeps_its_recovery_codes_when_a_passkey_goes() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let client = step_up(&app, &ada.client, json!({ "totpCode": ada.next_code(&app) })).await;
    register(&client, "ada").await;
    let me = client.query("{ me { passkeys { id } } }").await;
    let remove = json!({ "passkeyId": me.data("me")["passkeys"][0]["id"] });
    let fields = "user { mfa { isTotpEnabled recoveryCodesRemaining } }";
    let done = client.call("removePasskey", fields, remove).await;
    let left = &done.data("removePasskey")["user"]["mfa"];
    assert_eq!(
        left,
        &json!({ "isTotpEnabled": true, "recoveryCodesRemaining": 10 })
    );
}
