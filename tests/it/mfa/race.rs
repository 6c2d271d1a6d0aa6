//! Many at once: one code, one recovery code, one challenge, and one winner of each.
//!
//! `PORTCULLIS_RACE_ROUNDS` sets how often.

use entity::session;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{WithTotp, challenge, codes, register, verify};
use crate::support::{TestApp, rounds};

const RACERS: usize = 16;

async fn start() -> (TestApp, WithTotp) {
    let app = TestApp::with(|config| {
        config.logins_per_network = 0;
        config.account_writes = 0;
    })
    .await;
    let ada = WithTotp::new(&app, "ada").await;
    (app, ada)
}

async fn sessions(app: &TestApp) -> u64 {
    session::Entity::find().count(app.app.db.writer()).await.unwrap()
}

/// Gives each factor to its challenge at once. Codes of the answers.
async fn all_at_once(app: &TestApp, calls: Vec<(Value, Value)>) -> Vec<Vec<String>> {
    let mut racing = JoinSet::new();
    for (challenge, factor) in calls {
        let client = app.anonymous();
        racing.spawn(async move { codes(&verify(&client, &challenge, factor).await) });
    }
    racing.join_all().await
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
        let answers = all_at_once(&app, calls).await;
        assert_eq!(
            winners(&answers, &["MFA_CODE_INVALID"]),
            1,
            "round {round}: {answers:?}"
        );
        assert_eq!(sessions(&app).await, before + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_recovery_code_one_signs_in() {
    let (app, ada) = start().await;
    let regenerate = "mutation { regenerateRecoveryCodes { recoveryCodes userErrors { code } } }";
    let mut unused = ada.recovery_codes.clone();
    for round in 0..rounds(3) {
        if unused.len() < 2 {
            let client = app.bearer(&signed_in(&app, &ada).await);
            let client = super::step_up(&app, &client, json!({ "totpCode": ada.next_code(&app) })).await;
            let answer = client.query(regenerate).await;
            let new = answer.data("regenerateRecoveryCodes")["recoveryCodes"]
                .as_array()
                .unwrap();
            unused = new.iter().map(super::text).collect();
        }
        let code = unused.pop().unwrap();
        let before = sessions(&app).await;
        let mut calls = Vec::new();
        for _ in 0..RACERS {
            let waiting = challenge(&app.anonymous(), &ada.person.email).await;
            calls.push((waiting, json!({ "recoveryCode": code })));
        }
        let answers = all_at_once(&app, calls).await;
        assert_eq!(
            winners(&answers, &["MFA_CODE_INVALID"]),
            1,
            "round {round}: {answers:?}"
        );
        assert_eq!(sessions(&app).await, before + 1);
    }
}

async fn signed_in(app: &TestApp, ada: &WithTotp) -> String {
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let answer = verify(
        &app.anonymous(),
        &waiting,
        json!({ "totpCode": ada.next_code(app) }),
    )
    .await;
    super::text(&answer.data("verifyMfa")["tokens"]["accessToken"])
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_challenge_one_session_begins() {
    let (app, ada) = start().await;
    let regenerate = "mutation { regenerateRecoveryCodes { recoveryCodes userErrors { code } } }";
    for round in 0..rounds(3) {
        let client = app.bearer(&signed_in(&app, &ada).await);
        let client = super::step_up(&app, &client, json!({ "totpCode": ada.next_code(&app) })).await;
        let answer = client.query(regenerate).await;
        let unused = answer.data("regenerateRecoveryCodes")["recoveryCodes"]
            .as_array()
            .unwrap()
            .clone();
        let waiting = challenge(&app.anonymous(), &ada.person.email).await;
        let before = sessions(&app).await;
        // Ten different recovery codes and a code of the app.
        let mut calls: Vec<_> = unused
            .iter()
            .map(|code| (waiting.clone(), json!({ "recoveryCode": code })))
            .collect();
        calls.push((waiting.clone(), json!({ "totpCode": ada.next_code(&app) })));
        let answers = all_at_once(&app, calls).await;
        assert_eq!(
            winners(&answers, &["MFA_CHALLENGE_EXPIRED"]),
            1,
            "round {round}: {answers:?}"
        );
        assert_eq!(sessions(&app).await, before + 1);
        // The codes of those who came too late were not used up.
        let left = app.bearer(&signed_in(&app, &ada).await);
        let left = left.query("{ me { mfa { recoveryCodesRemaining } } }").await;
        assert!(left.data("me")["mfa"]["recoveryCodesRemaining"].as_u64().unwrap() >= 9);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_with_one_answer_of_a_passkey_one_session_begins() {
    let (app, _) = start().await;
    let bob = app.user("bob").await;
    let client = super::step_up(&app, &bob.client, json!({ "password": crate::support::PASSWORD })).await;
    let (mut passkey, _) = register(&client, "bob").await;
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
