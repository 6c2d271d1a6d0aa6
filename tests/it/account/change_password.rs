//! Another password: what opens the account afterwards.

use std::time::Duration;

use serde_json::json;

use super::{
    CHANGE_PASSWORD, NEW, assert_done, change_password, change_password_only, opens, proven, refusal,
    refusals,
};
use crate::support::{Client, PASSWORD, Program, TestApp};

/// One text as NFC and as NFD have it.
const COMPOSED: &str = "caf\u{E9} au b\u{F6}rd de l'eau";
const DECOMPOSED: &str = "cafe\u{301} au bo\u{308}rd de l'eau";

#[tokio::test]
async fn the_new_password_opens_the_account_and_the_old_one_does_not() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(Duration::from_mins(1));
    let answer = change_password(&ada.client, PASSWORD, NEW).await;
    assert_done(&answer);
    assert_eq!(
        answer.data("changePassword")["user"],
        json!({
            "id": ada.id, "name": "ada", "email": ada.email, "isEmailVerified": false, "status": "ACTIVE",
            "roles": [], "hasPassword": true, "lastLoginAt": "2026-11-22T12:00:00.000Z",
            "createdAt": "2026-11-22T12:00:00.000Z", "updatedAt": "2026-11-22T12:01:00.000Z",
        })
    );
    let me = ada.client.me().await;
    assert_eq!(me.data("me")["updatedAt"], "2026-11-22T12:01:00.000Z");
    assert!(!opens(&app, &ada, PASSWORD).await);
    assert!(opens(&app, &ada, NEW).await);
}

#[tokio::test]
async fn nobody_elses_account_changes() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let before = app.row(&eve.email).await;
    app.pass(Duration::from_mins(1));
    assert_done(&change_password(&ada.client, PASSWORD, NEW).await);
    assert_eq!(app.row(&eve.email).await, before);
    assert_eq!(eve.client.me().await.data("me")["id"], eve.id);
    assert!(opens(&app, &eve, PASSWORD).await);
    assert!(!opens(&app, &eve, NEW).await);
}

#[tokio::test]
async fn the_hash_is_a_new_one_by_todays_cost() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let hash = async || app.row(&ada.email).await.unwrap().password_hash.unwrap();
    let old = hash().await;
    let dearer = app.another(|config| config.argon2_iterations = 3).await;
    assert_done(&change_password(&dearer.bearer(&ada.token), PASSWORD, NEW).await);
    let new = hash().await;
    assert!(new.starts_with("$argon2id$v=19$m=8,t=3,p=1$"), "{new}");
    let salt = |hash: &str| hash.split('$').nth(4).unwrap().to_owned();
    assert_ne!(salt(&old), salt(&new));
}

#[tokio::test]
async fn passwords_are_the_same_however_their_letters_were_typed() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_done(&change_password(&ada.client, PASSWORD, DECOMPOSED).await);
    assert!(opens(&app, &ada, COMPOSED).await);
    assert!(opens(&app, &ada, DECOMPOSED).await);
    assert!(!opens(&app, &ada, "cafe au bord de l'eau").await);
    // The present one, too, may be typed in either way; and neither counts as a new one.
    for (current, new) in [
        (COMPOSED, COMPOSED),
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, COMPOSED),
        (DECOMPOSED, "cafe\u{301}\u{3000}au\u{A0}bo\u{308}rd de l'eau"),
    ] {
        let answer = change_password(&ada.client, current, new).await;
        assert_eq!(refusals(&answer), [refusal("UNCHANGED", Some("newPassword"))]);
    }
    assert_done(&change_password(&ada.client, COMPOSED, PASSWORD).await);
    assert!(opens(&app, &ada, PASSWORD).await);
}

#[tokio::test]
async fn a_difference_of_case_or_of_a_space_makes_another_password() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut current = PASSWORD.to_owned();
    for new in [
        PASSWORD.to_uppercase(),
        format!("{PASSWORD} "),
        format!(" {PASSWORD}"),
    ] {
        assert_done(&change_password(&ada.client, &current, &new).await);
        assert!(!opens(&app, &ada, &current).await);
        assert!(opens(&app, &ada, &new).await);
        current = new;
    }
}

#[tokio::test]
async fn an_account_without_a_password_gets_one_by_a_proof_from_before() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let hash = app.row(&ada.email).await.unwrap().password_hash;
    app.put_hash(&ada.email, None).await;
    for input in [
        json!({ "newPassword": NEW }),
        json!({ "newPassword": NEW, "currentPassword": null }),
        json!({ "newPassword": NEW, "currentPassword": "" }),
        json!({ "newPassword": NEW, "currentPassword": PASSWORD }),
    ] {
        let answer = ada.client.run(CHANGE_PASSWORD, json!({ "input": input })).await;
        assert_eq!(refusals(&answer), [refusal("REAUTHENTICATION_REQUIRED", None)]);
        assert_eq!(answer.data("changePassword")["user"], json!(null));
    }
    assert_eq!(app.row(&ada.email).await.unwrap().password_hash, None);

    app.put_hash(&ada.email, hash.as_deref()).await;
    let client = proven(&app, &ada.client).await;
    app.put_hash(&ada.email, None).await;
    let input = json!({ "input": { "newPassword": NEW } });
    let answer = ada.client.run(CHANGE_PASSWORD, input.clone()).await;
    assert_eq!(refusals(&answer), [refusal("REAUTHENTICATION_REQUIRED", None)]);
    let answer = client.run(CHANGE_PASSWORD, input).await;
    assert_done(&answer);
    assert_eq!(answer.data("changePassword")["user"]["hasPassword"], true);
    assert!(opens(&app, &ada, NEW).await);
}

#[tokio::test]
async fn the_answer_tells_the_instant_that_is_kept() {
    // On a clock that goes on by itself.
    let program = Program::new().await;
    let server = program.serve().await;
    let answer = server
        .client()
        .signup(json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD }))
        .await;
    let token = answer.data("signup")["tokens"]["accessToken"].as_str().unwrap();
    let client = Client::new(server.url().to_owned(), Some(token.to_owned()));
    let mut current = PASSWORD.to_owned();
    for round in 0..5 {
        let new = format!("{PASSWORD} {round}");
        let answer = change_password_only(&client, &current, &new).await;
        assert_done(&answer);
        assert_eq!(
            answer.data("changePassword")["user"]["updatedAt"],
            client.me().await.data("me")["updatedAt"]
        );
        current = new;
    }
}
