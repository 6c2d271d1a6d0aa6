//! Passkeys: registration, sign-in, as a second factor, renaming and removing.

use std::time::Duration;

use portcullis::platform::config::PublicUrl;
use serde_json::{Value, json};

use super::{
    ORIGIN, SIGNED_IN, WithTotp, answer_of, challenge, client_of, codes, passkey_login, register,
    register_with, step_up, verify,
};
use crate::{
    email_change::proven,
    support::{Authenticator, BE, BS, Client, PASSWORD, TestApp, UP, UV},
};

/// A person who has just registered a passkey.
async fn with_passkey(app: &TestApp, name: &str) -> (Client, Authenticator, Vec<String>) {
    let person = proven(app, name).await;
    let client = step_up(app, &person.client, json!({ "password": PASSWORD })).await;
    let (passkey, recovery_codes) = register(&client, name).await;
    (client, passkey, recovery_codes.expect("it is the first factor"))
}

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
async fn a_sign_in_needs_no_address_and_the_same_call_again_gets_the_same_answer() {
    let app = TestApp::start().await;
    let (_, mut passkey, _) = with_passkey(&app, "ada").await;
    let started = app
        .anonymous()
        .query("mutation { startPasskeyLogin { challengeToken options } }")
        .await;
    let started = started.data("startPasskeyLogin");
    assert_eq!(started["options"]["allowCredentials"], json!([]));
    let input = json!({
        "challengeToken": started["challengeToken"],
        "credential": answer_of(&mut passkey, &started["options"]),
        "deviceName": "Kitchen",
    });
    let fields = "session { id deviceName authMethods } user { email }";
    let first = app
        .anonymous()
        .call("finishPasskeyLogin", fields, input.clone())
        .await;
    let done = first.data("finishPasskeyLogin");
    assert_eq!(done["user"]["email"], "ada@example.com");
    assert_eq!(done["session"]["deviceName"], "Kitchen");
    let again = app
        .anonymous()
        .call("finishPasskeyLogin", fields, input.clone())
        .await;
    assert_eq!(
        again.data("finishPasskeyLogin")["session"]["id"],
        done["session"]["id"]
    );
    app.pass(Duration::from_secs(61));
    assert_eq!(
        codes(&app.anonymous().call("finishPasskeyLogin", fields, input).await),
        ["CHALLENGE_EXPIRED"]
    );
}

#[tokio::test]
async fn asking_for_a_sign_in_writes_nothing() {
    let app = TestApp::start().await;
    let (another, statements) = app.another_watched(|_| {}).await;
    statements.take();
    for _ in 0..3 {
        let answer = another
            .anonymous()
            .query("mutation { startPasskeyLogin { challengeToken } }")
            .await;
        assert!(answer.data("startPasskeyLogin")["challengeToken"].is_string());
    }
    assert_eq!(statements.take().len(), 0);
}

#[tokio::test]
async fn a_challenge_works_for_five_minutes_and_is_used_up_by_a_wrong_answer() {
    let app = TestApp::start().await;
    let (_, mut passkey, _) = with_passkey(&app, "ada").await;
    let begin = async || {
        let started = app
            .anonymous()
            .query("mutation { startPasskeyLogin { challengeToken options } }")
            .await;
        started.data("startPasskeyLogin").clone()
    };
    let finish = async |token: &Value, credential: &Value| {
        let input = json!({ "challengeToken": token, "credential": credential });
        codes(&app.anonymous().call("finishPasskeyLogin", SIGNED_IN, input).await)
    };
    let started = begin().await;
    let right = answer_of(&mut passkey, &started["options"]);
    let mut wrong = right.clone();
    wrong["response"]["signature"] = json!("AAAA");
    assert_eq!(
        finish(&started["challengeToken"], &wrong).await,
        ["PASSKEY_REJECTED"]
    );
    assert_eq!(
        finish(&started["challengeToken"], &right).await,
        ["CHALLENGE_EXPIRED"]
    );
    let started = begin().await;
    let right = answer_of(&mut passkey, &started["options"]);
    app.pass(Duration::from_mins(5));
    assert_eq!(
        finish(&started["challengeToken"], &right).await,
        ["CHALLENGE_EXPIRED"]
    );
    // Altered, and not ours.
    let started = begin().await;
    let right = answer_of(&mut passkey, &started["options"]);
    let token = started["challengeToken"].as_str().unwrap();
    for altered in [
        &token[1..],
        &token[..token.len() - 1],
        "",
        "v1.x.y.z",
        &"x".repeat(5_000),
    ] {
        assert_eq!(finish(&json!(altered), &right).await, ["CHALLENGE_EXPIRED"]);
    }
    assert_eq!(finish(&started["challengeToken"], &right).await, [""; 0]);
}

#[tokio::test]
async fn an_answer_without_the_person_or_from_elsewhere_signs_nobody_in() {
    let app = TestApp::start().await;
    let (_, mut passkey, _) = with_passkey(&app, "ada").await;
    passkey.flags = UP | BE | BS;
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"],
        "not verified"
    );
    passkey.flags = UV | BE | BS;
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"],
        "not present"
    );
    passkey.flags = UP | UV | BE | BS;
    for origin in [
        "https://localhost:8000",
        "http://localhost.evil.example",
        "http://sub.localhost:8000",
        "null",
        "https://evil.example",
    ] {
        origin.clone_into(&mut passkey.origin);
        assert_eq!(
            codes(&passkey_login(&app.anonymous(), &mut passkey).await),
            ["PASSKEY_REJECTED"],
            "{origin}"
        );
    }
    ORIGIN.clone_into(&mut passkey.origin);
    passkey.breaks.client_data = Some(",\"crossOrigin\":true");
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"],
        "in a frame"
    );
    passkey.breaks.client_data = None;
    passkey.breaks.rp_id = Some("evil.example");
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"],
        "another rpId"
    );
    passkey.breaks.rp_id = None;
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        [""; 0]
    );
}

#[tokio::test]
async fn a_counter_that_went_back_refuses_and_is_told() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let mut passkey = Authenticator::new(ORIGIN, "ada").single_device();
    assert_eq!(codes(&register_with(&client, &mut passkey).await), [""; 0]);
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        [""; 0]
    );
    let copied = passkey.counter;
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        [""; 0]
    );
    passkey.counter = copied;
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"]
    );
    assert!(
        app.kinds_to(&ada.email)
            .await
            .contains(&"passkey_refused".to_owned())
    );
    // As a second factor as well.
    passkey.counter = copied;
    let waiting = challenge(&app.anonymous(), &ada.email).await;
    let factor = json!({ "passkey": answer_of(&mut passkey, &waiting["passkeyOptions"]) });
    assert_eq!(
        codes(&verify(&app.anonymous(), &waiting, factor).await),
        ["PASSKEY_REJECTED"]
    );
}

#[tokio::test]
async fn as_a_second_factor_it_answers_once_and_must_be_of_the_account() {
    let app = TestApp::start().await;
    let (_, mut passkey, recovery_codes) = with_passkey(&app, "ada").await;
    let (_, mut of_bob, _) = with_passkey(&app, "bob").await;
    let waiting = challenge(&app.anonymous(), "ada@example.com").await;
    assert_eq!(waiting["methods"], json!(["PASSKEY", "RECOVERY_CODE"]));
    let factor = json!({ "passkey": answer_of(&mut of_bob, &waiting["passkeyOptions"]) });
    assert_eq!(
        codes(&verify(&app.anonymous(), &waiting, factor).await),
        ["PASSKEY_REJECTED"]
    );
    let factor = json!({ "passkey": answer_of(&mut passkey, &waiting["passkeyOptions"]) });
    assert_eq!(
        codes(&verify(&app.anonymous(), &waiting, factor).await),
        ["MFA_CHALLENGE_EXPIRED"],
        "used up"
    );
    // The rest of the challenge still works.
    let factor = json!({ "recoveryCode": recovery_codes[0] });
    assert_eq!(codes(&verify(&app.anonymous(), &waiting, factor).await), [""; 0]);
    let waiting = challenge(&app.anonymous(), "ada@example.com").await;
    let factor = json!({ "passkey": answer_of(&mut passkey, &waiting["passkeyOptions"]) });
    let done = verify(&app.anonymous(), &waiting, factor).await;
    assert_eq!(
        done.data("verifyMfa")["session"]["authMethods"],
        json!(["PASSWORD", "PASSKEY"])
    );
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
async fn the_accounts_of_the_disabled_stay_closed() {
    let app = TestApp::start().await;
    let (_, mut passkey, _) = with_passkey(&app, "ada").await;
    app.disable("ada@example.com").await;
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["ACCOUNT_DISABLED"]
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
