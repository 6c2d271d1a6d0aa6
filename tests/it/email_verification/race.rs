//! Many at once with one token: one wins.

use futures_util::future::join_all;
use portcullis::platform::config::EmailVerification;
use serde_json::{Value, json};

use super::{token, verify, verify_answer, with};
use crate::support::{Client, PASSWORD, TestApp, rounds};

const RACERS: usize = 16;

/// How many of so many equal calls succeed, and the codes of the others.
async fn race(client: &Client, field: &str, fields: &str, input: Value) -> (usize, Vec<String>) {
    let calls = (0..RACERS).map(|_| client.call(field, fields, input.clone()));
    let answers = join_all(calls).await;
    let mut won = 0;
    let mut codes = Vec::new();
    for answer in answers {
        match answer.user_errors(field).first() {
            None => won += 1,
            Some(error) => codes.push(error.0.to_owned()),
        }
    }
    codes.sort();
    codes.dedup();
    (won, codes)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_use_one_token_at_once_one_wins() {
    let app = TestApp::builder()
        .config(|config| config.email_login = true)
        .patient()
        .start()
        .await;
    let anonymous = app.anonymous();
    for round in 0..rounds(5) {
        let person = app.user(&format!("p{round}")).await;
        let link = token(&app.mail(&person.email, "confirm_address").await.token());
        let (won, codes) = race(&person.client, "verifyEmail", "isVerified", link).await;
        assert_eq!(
            (won, codes),
            (1, vec!["TOKEN_INVALID".to_owned()]),
            "verify {round}"
        );

        let input = json!({ "email": person.email });
        anonymous.call("requestPasswordReset", "email", input).await;
        let link = app.mail(&person.email, "reset_password").await.token();
        let input = json!({ "token": link, "newPassword": PASSWORD });
        let (won, codes) = race(&anonymous, "resetPassword", "isReset", input).await;
        assert_eq!(
            (won, codes),
            (1, vec!["TOKEN_INVALID".to_owned()]),
            "reset {round}"
        );

        let input = json!({ "email": person.email });
        let answer = anonymous.call("requestEmailLogin", "challengeToken", input).await;
        let challenge = &answer.data("requestEmailLogin")["challengeToken"];
        let code = app.mail(&person.email, "sign_in_code").await.code();
        let input = json!({ "challengeToken": challenge, "code": code });
        let calls =
            (0..RACERS).map(|_| anonymous.call("loginWithEmailCode", "session { id }", input.clone()));
        let answers = join_all(calls).await;
        let mut sessions: Vec<_> = answers
            .iter()
            .map(|answer| &answer.data("loginWithEmailCode")["session"]["id"])
            .filter(|id| id.is_string())
            .map(Value::to_string)
            .collect();
        sessions.sort();
        sessions.dedup();
        // A repeated call gets the answer of the first one.
        assert_eq!(sessions.len(), 1, "code {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_sign_ups_for_one_address_that_are_confirmed_at_once_one_becomes_an_account() {
    let app = TestApp::builder()
        .config(|config| config.email_verification = EmailVerification::Required)
        .patient()
        .start()
        .await;
    for round in 0..rounds(5) {
        let email = format!("p{round}@example.com");
        let mut inputs = Vec::new();
        for _ in 0..3 {
            let input = json!({ "name": "Ada", "email": email, "password": PASSWORD });
            let answer = app.anonymous().call("signup", "registrationToken", input).await;
            let own = answer.data("signup")["registrationToken"]
                .as_str()
                .unwrap()
                .to_owned();
            let link = app.mail(&email, "confirm_registration").await.token();
            inputs.push(with(token(&link), "registrationToken", &own));
        }
        let client = app.anonymous();
        let answers = join_all(inputs.into_iter().map(|input| verify_answer(&client, input))).await;
        let won = answers
            .iter()
            .filter(|it| it.data("verifyEmail")["isVerified"] == true)
            .count();
        assert_eq!(won, 1, "{round}");
        app.anonymous().login(&email, PASSWORD).await.tokens("login");
    }
    assert_eq!(verify(&app.anonymous(), token("pct_x")).await, ["TOKEN_INVALID"]);
}
