//! Every way in, and every state of the factors: none leads around them.

use entity::totp_factor;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::{
    SIGNED_IN, WithTotp, answer_of, challenge, codes, passkey_login, register, step_up, text, verify,
};
use crate::{
    audit::Watch,
    email_change::proven,
    support::{Answer, Client, PASSWORD, TestApp},
};

/// The ways in which a sign-in begins.
const DOORS: [&str; 3] = ["password", "mailed code", "mailed link"];

/// What an account can have.
const FACTORS: [&str; 4] = ["nothing", "app", "passkey", "app and passkey"];

/// Begins a sign-in. Its payload.
async fn enter(app: &TestApp, client: &Client, door: &str, email: &str) -> Value {
    let (field, input) = if door == "password" {
        ("login", json!({ "email": email, "password": PASSWORD }))
    } else {
        let asked = client
            .call("requestEmailLogin", "challengeToken", json!({ "email": email }))
            .await;
        let token = asked.data("requestEmailLogin")["challengeToken"].clone();
        let letter = app.mail(email, "sign_in_code").await;
        if door == "mailed code" {
            let input = json!({ "challengeToken": token, "code": letter.code() });
            ("loginWithEmailCode", input)
        } else {
            let input = json!({ "challengeToken": token, "token": letter.token() });
            ("loginWithEmailLink", input)
        }
    };
    let answer = client.call(field, SIGNED_IN, input).await;
    assert_eq!(codes(&answer), [""; 0], "{door}: {}", answer.text);
    answer.data(field).clone()
}

#[tokio::test]
async fn every_door_asks_for_the_second_factor_and_for_nothing_more() {
    for factors in FACTORS {
        let app = TestApp::with(|config| config.email_login = true).await;
        let ada = proven(&app, "ada").await;
        let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
        let (mut secret, mut passkey) = (None, None);
        if factors.contains("app") {
            secret = Some(super::set_up(&app, &client).await.0);
        }
        if factors.contains("passkey") {
            passkey = Some(register(&client, "ada").await.0);
        }
        for door in DOORS {
            let entered = enter(&app, &app.anonymous(), door, &ada.email).await;
            if factors == "nothing" {
                assert!(
                    entered["tokens"].is_object() && entered["mfaChallenge"].is_null(),
                    "{door}"
                );
                continue;
            }
            let place = format!("{door}, {factors}");
            assert!(
                entered["tokens"].is_null() && entered["session"].is_null(),
                "{place}"
            );
            let waiting = &entered["mfaChallenge"];
            let methods: Vec<_> = [
                ("PASSKEY", passkey.is_some()),
                ("TOTP", secret.is_some()),
                ("RECOVERY_CODE", true),
            ]
            .into_iter()
            .filter_map(|(method, is_there)| is_there.then_some(method))
            .collect();
            assert_eq!(waiting["methods"], json!(methods), "{place}");
            let factor = if let Some(passkey) = &mut passkey {
                json!({ "passkey": answer_of(passkey, &waiting["passkeyOptions"]) })
            } else {
                app.pass(std::time::Duration::from_secs(30));
                let now = portcullis::platform::clock::Clock::now(&*app.clock).as_second();
                json!({ "totpCode": crate::support::totp_code(secret.as_deref().unwrap(), now) })
            };
            let done = verify(&app.anonymous(), waiting, factor).await;
            assert_eq!(codes(&done), [""; 0], "{place}");
        }
    }
}

#[tokio::test]
async fn a_passkey_alone_counts_as_both_factors() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let client = step_up(&app, &ada.client, json!({ "totpCode": ada.next_code(&app) })).await;
    let (mut passkey, codes_again) = register(&client, "ada").await;
    assert_eq!(codes_again, None, "the app was the first factor");
    let answer = passkey_login(&app.anonymous(), &mut passkey).await;
    let done = answer.data("finishPasskeyLogin");
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(done["session"]["authMethods"], json!(["PASSKEY"]));
    assert!(done["mfaChallenge"].is_null() && done["tokens"].is_object());
}

#[tokio::test]
async fn a_reset_by_mail_leads_to_the_second_factor() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = register(&client, "ada").await;
    super::reset_password(&app, &ada.email).await;
    let waiting = challenge(&app.anonymous(), &ada.email).await;
    let factor = json!({ "passkey": answer_of(&mut passkey, &waiting["passkeyOptions"]) });
    let done = verify(&app.anonymous(), &waiting, factor).await;
    assert_eq!(codes(&done), [""; 0]);
    let client = super::client_of(&app, &done, "verifyMfa");
    let me = client.query("{ me { mfa { isEnabled } passkeys { id } } }").await;
    assert_eq!(me.data("me")["mfa"]["isEnabled"], true);
}

#[tokio::test]
async fn a_stranger_who_proves_the_mailbox_first_ends_the_factors_of_the_squatter() {
    let app = TestApp::with(|config| config.email_login = true).await;
    // Somebody signed up with Ada's address, and set an app and a passkey up.
    let squatter = WithTotp::new(&app, "ada").await;
    let client = step_up(
        &app,
        &squatter.client,
        json!({ "totpCode": squatter.next_code(&app) }),
    )
    .await;
    let (mut passkey, _) = register(&client, "squatter").await;
    let entered = enter(&app, &app.anonymous(), "mailed code", &squatter.person.email).await;
    assert!(entered["tokens"].is_object(), "{entered}");
    let me = app.bearer(&text(&entered["tokens"]["accessToken"]));
    let me = me
        .query(
            "{ me { hasPassword passkeys { id } mfa { isEnabled isTotpEnabled recoveryCodesRemaining } } }",
        )
        .await;
    let expected = json!({
        "hasPassword": false, "passkeys": [],
        "mfa": { "isEnabled": false, "isTotpEnabled": false, "recoveryCodesRemaining": 0 },
    });
    assert_eq!(me.data("me"), &expected);
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"]
    );
}

/// Changes the address of somebody with an app to that of a thief. The undo link of the old mailbox.
async fn changed_by_thief(app: &TestApp, ada: &WithTotp) -> String {
    let client = step_up(app, &ada.client, json!({ "totpCode": ada.next_code(app) })).await;
    crate::email_change::change(app, &client, "thief@example.com").await;
    app.mail(&ada.person.email, "address_changed").await.token()
}

async fn undo(app: &TestApp, token: &str, factor: Value) -> Answer {
    let input = json!({ "token": token, "factor": factor });
    app.anonymous().call("undoEmailChange", "isUndone", input).await
}

#[tokio::test]
async fn an_undo_asks_for_a_factor_that_is_older_than_the_change() {
    for by in ["totpCode", "recoveryCode"] {
        let app = TestApp::start().await;
        let ada = WithTotp::of(&app, proven(&app, "ada").await).await;
        // A week and more before the change.
        for table in ["totp_factors", "recovery_codes"] {
            app.sql(&format!("UPDATE {table} SET created_at = 1")).await;
        }
        let link = changed_by_thief(&app, &ada).await;
        assert_eq!(codes(&undo(&app, &link, Value::Null).await), ["REQUIRED"]);
        let wrong = undo(&app, &link, json!({ "totpCode": "000000" })).await;
        assert_eq!(codes(&wrong), ["MFA_CODE_INVALID"]);
        let mut watch = Watch::new(&app).await;
        let right = if by == "totpCode" {
            ada.next_code(&app)
        } else {
            ada.recovery_codes[0].clone()
        };
        assert_eq!(
            codes(&undo(&app, &link, json!({ by: right })).await),
            [""; 0],
            "{by}"
        );
        let recorded = watch.take().await;
        let used = recorded
            .iter()
            .filter(|row| row.kind == "recovery_code_used")
            .count();
        assert_eq!(used, usize::from(by == "recoveryCode"), "{by}");
        // The owner's app stays.
        let left = totp_factor::Entity::find()
            .one(app.app.db.reader())
            .await
            .unwrap();
        assert_eq!(left.unwrap().user_id.to_string(), ada.person.id);
    }
}

#[tokio::test]
async fn an_undo_ends_the_factors_that_were_added_since_and_asks_for_none_of_them() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    crate::email_change::change(&app, &ada.client, "thief@example.com").await;
    app.pass(std::time::Duration::from_secs(1));
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    super::set_up(&app, &client).await;
    let (mut passkey, _) = register(&client, "thief").await;
    let link = app.mail(&ada.email, "address_changed").await.token();
    assert_eq!(codes(&undo(&app, &link, Value::Null).await), [""; 0]);
    assert_eq!(
        codes(&passkey_login(&app.anonymous(), &mut passkey).await),
        ["PASSKEY_REJECTED"]
    );
    let token = app.mail(&ada.email, "address_restored").await.token();
    super::reset_by(&app, &token, PASSWORD).await;
    let login = app.anonymous().login(&ada.email, PASSWORD).await;
    assert!(login.data("login")["tokens"].is_object(), "{}", login.text);
}
