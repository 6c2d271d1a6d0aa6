//! Many at once: one code, one recovery code, one challenge, and one winner of each.
//!
//! `PORTCULLIS_RACE_ROUNDS` sets how often.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{WithTotp, challenge, codes, sessions, verify, with_passkey, without_other_limits};
use crate::support::{TestApp, rounds};

const RACERS: usize = 16;

async fn start() -> (TestApp, WithTotp) {
    let app = TestApp::with(without_other_limits).await;
    let ada = WithTotp::new(&app, "ada").await;
    (app, ada)
}

/// Gives each factor to its challenge at once. Codes of the answers, in the same order.
async fn all_at_once(app: &TestApp, calls: &[(Value, Value)]) -> Vec<Vec<String>> {
    let racing = calls.iter().cloned().map(|(challenge, factor)| {
        let client = app.anonymous();
        tokio::spawn(async move { codes(&verify(&client, &challenge, factor).await) })
    });
    let answers = join_all(racing).await.into_iter();
    answers.map(Result::unwrap).collect()
}

/// How many signed in; all others must have been refused with this code.
fn winners(answers: &[Vec<String>], refusals: &[&str]) -> usize {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|codes| codes.is_empty());
    for codes in lost {
        assert!(
            codes.len() == 1 && refusals.contains(&codes[0].as_str()),
            "{codes:?}"
        );
    }
    won.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_code_of_an_app_one_signs_in() {
    let (app, ada) = start().await;
    for round in 0..rounds(3) {
        let code = ada.next_code(&app);
        let before = sessions(&app).await;
        let mut calls = Vec::new();
        for _ in 0..RACERS {
            let waiting = challenge(&app.anonymous(), &ada.person.email).await;
            calls.push((waiting, json!({ "totpCode": code })));
        }
        let answers = all_at_once(&app, &calls).await;
        assert_eq!(
            winners(&answers, &["MFA_CODE_INVALID"]),
            1,
            "round {round}: {answers:?}"
        );
        assert_eq!(sessions(&app).await, before + 1);
        // The challenge of a loser was not used up.
        let (waiting, _) = &calls[answers.iter().position(|codes| !codes.is_empty()).unwrap()];
        let factor = json!({ "totpCode": ada.next_code(&app) });
        assert_eq!(codes(&verify(&app.anonymous(), waiting, factor).await), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_recovery_code_one_signs_in() {
    let (app, ada) = start().await;
    let mut unused = ada.recovery_codes.clone();
    for round in 0..rounds(3) {
        if unused.len() < 2 {
            unused = ada.regenerate(&app).await;
        }
        let code = unused.pop().unwrap();
        let before = sessions(&app).await;
        let mut calls = Vec::new();
        for _ in 0..RACERS {
            let waiting = challenge(&app.anonymous(), &ada.person.email).await;
            calls.push((waiting, json!({ "recoveryCode": code })));
        }
        let answers = all_at_once(&app, &calls).await;
        assert_eq!(
            winners(&answers, &["MFA_CODE_INVALID"]),
            1,
            "round {round}: {answers:?}"
        );
        assert_eq!(sessions(&app).await, before + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_challenge_one_session_begins() {
    let (app, ada) = start().await;
    for round in 0..rounds(3) {
        let unused = ada.regenerate(&app).await;
        let waiting = challenge(&app.anonymous(), &ada.person.email).await;
        let before = sessions(&app).await;
        // Ten different recovery codes and a code of the app.
        let mut calls: Vec<_> = unused
            .iter()
            .map(|code| (waiting.clone(), json!({ "recoveryCode": code })))
            .collect();
        calls.push((waiting.clone(), json!({ "totpCode": ada.next_code(&app) })));
        let answers = all_at_once(&app, &calls).await;
        assert_eq!(
            winners(&answers, &["MFA_CHALLENGE_EXPIRED"]),
            1,
            "round {round}: {answers:?}"
        );
        assert_eq!(sessions(&app).await, before + 1);
        // The codes of those who came too late were not used up.
        let left = ada.sign_in(&app).await;
        let left = left.query("{ me { mfa { recoveryCodesRemaining } } }").await;
        assert!(left.data("me")["mfa"]["recoveryCodesRemaining"].as_u64().unwrap() >= 9);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_answer_of_a_passkey_one_session_begins() {
    let (app, _) = start().await;
    let (_, mut passkey, _) = with_passkey(&app, "bob").await;
    for round in 0..rounds(3) {
        let started = app
            .anonymous()
            .query("mutation { startPasskeyLogin { challengeToken options } }")
            .await;
        let started = started.data("startPasskeyLogin").clone();
        let input = json!({
            "challengeToken": started["challengeToken"],
            "credential": super::answer_of(&mut passkey, &started["options"]),
        });
        let before = sessions(&app).await;
        let mut racing = JoinSet::new();
        for _ in 0..RACERS {
            let (client, input) = (app.anonymous(), input.clone());
            racing.spawn(async move { client.call("finishPasskeyLogin", super::SIGNED_IN, input).await });
        }
        let answers: Vec<_> = racing.join_all().await.iter().map(codes).collect();
        assert!(
            winners(&answers, &["CHALLENGE_EXPIRED"]) >= 1,
            "round {round}: {answers:?}"
        );
        // Those who get the same answer again share the one session.
        assert_eq!(sessions(&app).await, before + 1, "round {round}");
    }
}
