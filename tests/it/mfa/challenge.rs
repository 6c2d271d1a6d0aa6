//! A right password with a factor outstanding is no success, and its challenge is good for nothing else.

use std::time::Duration;

use entity::{attempt_streak, user};
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::{REGENERATE, WithTotp, at_home, challenge, client_of, codes, sessions, step_up, verify};
use crate::{
    email_change::{change, known_networks},
    support::{PASSWORD, TestApp},
};

async fn last_login(app: &TestApp) -> Option<i64> {
    let user = user::Entity::find().one(app.app.db.reader()).await.unwrap();
    user.unwrap().last_login_at
}

#[tokio::test]
async fn a_right_password_forgives_nothing_makes_no_network_known_and_tells_nobody() {
    let (app, person) = at_home().await;
    let ada = WithTotp::of(&app, person).await;
    let post = app.another(|_| {}).await;
    let email = &ada.person.email;
    let (before, networks) = (sessions(&app).await, known_networks(&app).await);
    let last = last_login(&app).await;
    let elsewhere = app.anonymous().at("203.0.113.7");
    for _ in 0..2 {
        elsewhere.login(email, "not the password").await;
    }
    app.pass(Duration::from_mins(1));
    challenge(&elsewhere, email).await;
    assert_eq!(
        (sessions(&app).await, known_networks(&app).await),
        (before, networks)
    );
    assert_eq!(last_login(&app).await, last);
    assert!(!post.kinds_to(email).await.contains(&"new_sign_in".to_owned()));
    let failures: Vec<i64> = attempt_streak::Entity::find()
        .all(app.app.db.reader())
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.failures)
        .collect();
    assert_eq!(
        failures.iter().filter(|count| **count == 2).count(),
        2,
        "{failures:?}"
    );

    // The second factor makes all of it a success.
    let waiting = challenge(&elsewhere, email).await;
    let done = verify(&elsewhere, &waiting, json!({ "totpCode": ada.next_code(&app) })).await;
    assert_eq!(codes(&done), [""; 0]);
    // Of the password, and of the codes.
    assert_eq!(known_networks(&app).await, networks + 2);
    assert!(last_login(&app).await > last);
    assert!(post.kinds_to(email).await.contains(&"new_sign_in".to_owned()));
    let rows = attempt_streak::Entity::find()
        .all(app.app.db.reader())
        .await
        .unwrap();
    assert!(
        rows.iter().all(|row| row.failures == 0),
        "{:?}",
        rows.iter().map(|row| row.failures).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_challenge_is_good_for_its_own_step_and_nothing_else() {
    let app = TestApp::start().await;
    let (ada, bob) = (WithTotp::new(&app, "ada").await, WithTotp::new(&app, "bob").await);
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let token = waiting["challengeToken"].as_str().unwrap();
    // It is no token of anything.
    assert_eq!(app.bearer(token).me().await.reason(), "TOKEN_INVALID");
    let refreshed = app.anonymous().refresh(token).await;
    assert_eq!(codes(&refreshed), ["REFRESH_TOKEN_INVALID"]);
    let reset = json!({ "token": token, "newPassword": "another lantern, another snow" });
    assert_eq!(
        codes(&app.anonymous().call("resetPassword", "isReset", reset).await),
        ["TOKEN_INVALID"]
    );
    let mailed = json!({ "challengeToken": token, "code": "ABCD-EFGH" });
    assert_eq!(
        codes(
            &app.anonymous()
                .call("loginWithEmailCode", "user { id }", mailed)
                .await
        ),
        ["CHALLENGE_EXPIRED"]
    );
    let setup = json!({ "setupToken": token, "code": ada.next_code(&app) });
    assert_eq!(
        codes(&ada.client.call("confirmTotpSetup", "user { id }", setup).await),
        ["MFA_CHALLENGE_EXPIRED"]
    );
    // And for no other user's code.
    let answer = verify(&app.anonymous(), &waiting, json!({ "totpCode": bob.code(&app) })).await;
    assert_eq!(codes(&answer), ["MFA_CODE_INVALID"]);
    let answer = verify(&app.anonymous(), &waiting, json!({ "totpCode": ada.code(&app) })).await;
    assert_eq!(codes(&answer), [""; 0]);
}

#[tokio::test]
async fn a_challenge_works_for_five_minutes_and_once() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    app.pass(Duration::from_mins(5));
    let answer = verify(&app.anonymous(), &waiting, json!({ "totpCode": ada.code(&app) })).await;
    assert_eq!(codes(&answer), ["MFA_CHALLENGE_EXPIRED"]);
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    app.pass(Duration::from_secs(299));
    let answer = verify(&app.anonymous(), &waiting, json!({ "totpCode": ada.code(&app) })).await;
    assert_eq!(codes(&answer), [""; 0]);
    let answer = verify(
        &app.anonymous(),
        &waiting,
        json!({ "totpCode": ada.next_code(&app) }),
    )
    .await;
    assert_eq!(codes(&answer), ["MFA_CHALLENGE_EXPIRED"]);
    for nonsense in ["", "pct_", "x"] {
        let nonsense = json!({ "challengeToken": nonsense });
        let answer = verify(&app.anonymous(), &nonsense, json!({ "totpCode": "123456" })).await;
        assert_eq!(codes(&answer), ["MFA_CHALLENGE_EXPIRED"]);
    }
}

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer_for_a_minute() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let factor = json!({ "totpCode": ada.next_code(&app) });
    let first = verify(&app.anonymous(), &waiting, factor.clone()).await;
    let again = verify(&app.anonymous(), &waiting, factor.clone()).await;
    let session = |answer: &crate::support::Answer| answer.data("verifyMfa")["session"]["id"].clone();
    assert_eq!(session(&first), session(&again));
    app.pass(Duration::from_secs(61));
    assert_eq!(
        codes(&verify(&app.anonymous(), &waiting, factor).await),
        ["MFA_CHALLENGE_EXPIRED"]
    );
}

#[tokio::test]
async fn what_changes_the_account_meanwhile_ends_the_challenge() {
    const NEW: &str = "a candle behind thick glass";
    for changed in ["password", "address", "factors", "disabled", "deleted"] {
        let app = TestApp::start().await;
        let ada = WithTotp::new(&app, "ada").await;
        let waiting = challenge(&app.anonymous(), &ada.person.email).await;
        let stepped_up = async || {
            let proof = json!({ "totpCode": ada.next_code(&app) });
            step_up(&app, &ada.client, proof).await
        };
        match changed {
            "password" => {
                let client = stepped_up().await;
                let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
                assert_eq!(
                    codes(&client.call("changePassword", "user { id }", input).await),
                    [""; 0]
                );
            }
            "address" => change(&app, &stepped_up().await, "ada@new.example").await,
            "factors" => assert_eq!(codes(&stepped_up().await.query(REGENERATE).await), [""; 0]),
            "disabled" => app.disable(&ada.person.email).await,
            _ => app.sql("DELETE FROM users").await,
        }
        let expected = if changed == "disabled" {
            "ACCOUNT_DISABLED"
        } else {
            "MFA_CHALLENGE_EXPIRED"
        };
        let answer = verify(
            &app.anonymous(),
            &waiting,
            json!({ "totpCode": ada.next_code(&app) }),
        )
        .await;
        assert_eq!(codes(&answer), [expected], "{changed}");
    }
}

#[tokio::test]
async fn the_session_is_the_one_that_the_password_asked_for() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let input = json!({ "email": ada.person.email, "password": PASSWORD, "deviceName": "Kitchen" });
    let login = app.anonymous().call("login", super::SIGNED_IN, input).await;
    let waiting = login.data("login")["mfaChallenge"].clone();
    let done = verify(
        &app.anonymous(),
        &waiting,
        json!({ "totpCode": ada.next_code(&app) }),
    )
    .await;
    let client = client_of(&app, &done, "verifyMfa");
    let named = client.query("{ viewer { session { deviceName } } }").await;
    assert_eq!(named.data("viewer")["session"]["deviceName"], "Kitchen");
}
