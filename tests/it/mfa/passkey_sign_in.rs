//! Signing in with a passkey: alone, and as a second factor.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    ORIGIN, SIGNED_IN, answer_of, challenge, codes, passkey_login, register_with, step_up, verify,
    with_passkey,
};
use crate::{
    email_change::proven,
    support::{Authenticator, BE, BS, PASSWORD, TestApp, UP, UV},
};

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
    // In development, a front end on another port of this machine is none of elsewhere.
    let app = TestApp::with(|config| config.cors_origins.loopback = false).await;
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
async fn the_accounts_of_the_disabled_stay_closed() {
    let app = TestApp::start().await;
    let (_, mut passkey, _) = with_passkey(&app, "ada").await;
    app.disable("ada@example.com").await;
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["ACCOUNT_DISABLED"]
    );
}
