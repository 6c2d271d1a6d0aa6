//! Recovery codes.

use std::collections::BTreeSet;

use entity::recovery_code;
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::{REGENERATE, WithTotp, challenge, codes, step_up, verify};
use crate::{email_change::proven, support::TestApp};

#[tokio::test]
async fn there_are_ten_of_eighty_bits_and_the_database_has_none_of_them() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let different: BTreeSet<_> = ada.recovery_codes.iter().collect();
    assert_eq!(different.len(), 10);
    let rows = recovery_code::Entity::find()
        .all(app.app.db.reader())
        .await
        .unwrap();
    assert_eq!(rows.len(), 10);
    for code in &ada.recovery_codes {
        // Sixteen characters of five bits.
        let bare = code.replace('-', "");
        assert_eq!((code.len(), bare.len()), (19, 16));
        assert!(rows.iter().all(|row| !row.code_key.contains(&bare)));
    }
}

#[tokio::test]
async fn each_works_once_in_any_spelling_and_its_use_is_mailed() {
    let app = TestApp::start().await;
    let person = proven(&app, "ada").await;
    let ada = WithTotp::of(&app, person).await;
    for (index, typed) in [
        ada.recovery_codes[0].clone(),
        ada.recovery_codes[1].to_lowercase().replace('-', " "),
    ]
    .into_iter()
    .enumerate()
    {
        let waiting = challenge(&app.anonymous(), &ada.person.email).await;
        let answer = verify(&app.anonymous(), &waiting, json!({ "recoveryCode": typed })).await;
        assert_eq!(codes(&answer), [""; 0]);
        let methods = &answer.data("verifyMfa")["session"]["authMethods"];
        assert_eq!(methods, &json!(["PASSWORD", "RECOVERY_CODE"]));
        let left = ada
            .client
            .query("{ me { mfa { recoveryCodesRemaining } } }")
            .await;
        assert_eq!(left.data("me")["mfa"]["recoveryCodesRemaining"], 9 - index);
        let waiting = challenge(&app.anonymous(), &ada.person.email).await;
        let again = verify(&app.anonymous(), &waiting, json!({ "recoveryCode": typed })).await;
        assert_eq!(codes(&again), ["MFA_CODE_INVALID"]);
    }
    let mails = app.kinds_to(&ada.person.email).await;
    assert_eq!(
        mails.iter().filter(|kind| *kind == "recovery_code_used").count(),
        2
    );
    assert!(
        app.mail(&ada.person.email, "recovery_code_used")
            .await
            .text
            .contains('8')
    );
}

#[tokio::test]
async fn those_of_another_account_are_worth_nothing() {
    let app = TestApp::start().await;
    let (ada, bob) = (WithTotp::new(&app, "ada").await, WithTotp::new(&app, "bob").await);
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let answer = verify(
        &app.anonymous(),
        &waiting,
        json!({ "recoveryCode": bob.recovery_codes[0] }),
    )
    .await;
    assert_eq!(codes(&answer), ["MFA_CODE_INVALID"]);
}

#[tokio::test]
async fn new_ones_need_a_proof_and_end_the_old_ones_for_good() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let fresh = ada.sign_in(&app).await;
    assert_eq!(
        codes(&fresh.query(REGENERATE).await),
        ["REAUTHENTICATION_REQUIRED"]
    );
    let client = step_up(&app, &fresh, json!({ "totpCode": ada.next_code(&app) })).await;
    let answer = client.query(REGENERATE).await;
    assert_eq!(codes(&answer), [""; 0]);
    let new = answer.data("regenerateRecoveryCodes")["recoveryCodes"]
        .as_array()
        .unwrap();
    assert_eq!(new.len(), 10);
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    for (code, expected) in [
        (&json!(ada.recovery_codes[5]), vec!["MFA_CODE_INVALID".to_owned()]),
        (&new[0], vec![]),
    ] {
        let answer = verify(&app.anonymous(), &waiting, json!({ "recoveryCode": code })).await;
        assert_eq!(codes(&answer), expected);
    }
}

#[tokio::test]
async fn without_a_factor_there_are_none() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": crate::support::PASSWORD })).await;
    let answer = client.query(REGENERATE).await;
    assert_eq!(codes(&answer), ["TOTP_NOT_ENABLED"]);
}
