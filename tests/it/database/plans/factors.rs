//! Rows of authenticator apps and recovery codes, and all that people do with second factors.

use std::time::Duration;

use entity::{UserId, recovery_code as code_row, totp_factor as app_row};
use portcullis::{
    features::{mfa, recovery_code, totp},
    platform::{
        clock::Clock as _,
        db::{Executor, Invalidates},
    },
};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Authenticator, Client, PASSWORD, TestApp, totp_code};

/// An app and two codes for each user.
pub(super) async fn fill(database: &Executor, ids: &[u128], now: i64) {
    let apps = ids.iter().map(|id| app_row::Model {
        user_id: UserId(Uuid::from_u128(*id)),
        sealed_secret: "s".repeat(90),
        last_step: 0,
        replayed_step: 0,
        created_at: now,
    });
    let insert = app_row::Entity::insert_many(apps.map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(database).await.unwrap();
    for nth in ["a", "b"] {
        let codes = ids.iter().map(|id| code_row::Model {
            code_key: format!("{nth}{id:042}"),
            user_id: UserId(Uuid::from_u128(*id)),
            created_at: now,
            used_at: None,
        });
        let insert = code_row::Entity::insert_many(codes.map(|row| row.into_active_model().reset_all()));
        insert.exec_without_returning(database).await.unwrap();
    }
}

/// Calls a mutation that has to do what it says.
async fn call(client: &Client, field: &str, fields: &str, input: Value) -> Value {
    let answer = client.call(field, fields, input).await;
    payload(&answer, field)
}

/// The same without an input.
async fn start(client: &Client, field: &str, fields: &str) -> Value {
    let query = format!("mutation {{ {field} {{ {fields} userErrors {{ code message field }} }} }}");
    payload(&client.query(&query).await, field)
}

fn payload(answer: &Answer, field: &str) -> Value {
    assert_eq!(answer.user_errors(field), [], "{field}");
    answer.data(field).clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The client with the tokens of a proof.
async fn proven(app: &TestApp, client: &Client, proof: Value) -> Client {
    let proven = call(client, "reauthenticate", "tokens { accessToken }", proof).await;
    app.bearer(&text(&proven["tokens"]["accessToken"]))
}

/// The answer of a passkey.
fn answer(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// Does it once.
pub(super) async fn live(app: &TestApp) {
    let mary = app.user("mary").await;
    let client = proven(app, &mary.client, json!({ "password": PASSWORD })).await;
    let secret = set_up(app, &client).await;
    let next_code = || {
        app.pass(Duration::from_secs(30));
        totp_code(&secret, app.clock.now().as_second())
    };
    let codes = start(&client, "regenerateRecoveryCodes", "recoveryCodes").await;
    let codes = &codes["recoveryCodes"];
    let used = next_code();
    sign_in(app, &mary.email, json!({ "totpCode": used })).await;
    sign_in(app, &mary.email, json!({ "recoveryCode": codes[0] })).await;
    // The code again, which is counted once.
    let challenge = challenge(app, &mary.email).await;
    let input = json!({ "challengeToken": challenge["challengeToken"], "factor": { "totpCode": used } });
    let refused = app.anonymous().call("verifyMfa", "user { id }", input).await;
    assert_eq!(refused.user_errors("verifyMfa")[0].0, "MFA_CODE_INVALID");
    proven(app, &mary.client, json!({ "totpCode": next_code() })).await;
    let client = proven(app, &mary.client, json!({ "recoveryCode": codes[1] })).await;
    let phone = register(&client).await;
    call(
        &client,
        "disableTotp",
        "user { id }",
        json!({ "code": next_code() }),
    )
    .await;
    by_passkey(app, &mary.client, phone).await;
    lose(app).await;
}

/// Sets an app up. Its secret.
async fn set_up(app: &TestApp, client: &Client) -> String {
    let set_up = start(client, "startTotpSetup", "setupToken secret").await;
    let secret = text(&set_up["secret"]);
    let code = totp_code(&secret, app.clock.now().as_second());
    let input = json!({ "setupToken": set_up["setupToken"], "code": code });
    call(client, "confirmTotpSetup", "recoveryCodes", input).await;
    secret
}

/// The challenge that the right password gets.
async fn challenge(app: &TestApp, email: &str) -> Value {
    let input = json!({ "email": email, "password": PASSWORD });
    let fields = "mfaChallenge { challengeToken }";
    let login = call(&app.anonymous(), "login", fields, input).await;
    login["mfaChallenge"].clone()
}

async fn sign_in(app: &TestApp, email: &str, factor: Value) {
    let challenge = challenge(app, email).await;
    let input = json!({ "challengeToken": challenge["challengeToken"], "factor": factor });
    // The second time as when the first answer was lost.
    for _ in 0..2 {
        call(&app.anonymous(), "verifyMfa", "user { id }", input.clone()).await;
    }
}

/// Registers a passkey.
async fn register(client: &Client) -> Authenticator {
    let mut phone = Authenticator::new("http://localhost:8000", "factors");
    let begun = start(client, "startPasskeyRegistration", "challengeToken options").await;
    let credential = answer(&phone.create(&begun["options"].to_string()));
    let input = json!({ "challengeToken": begun["challengeToken"], "credential": credential });
    call(client, "finishPasskeyRegistration", "passkey { id }", input).await;
    phone
}

/// Signs in with the only factor, proves the same with it, and gives it up.
async fn by_passkey(app: &TestApp, client: &Client, mut phone: Authenticator) {
    let anonymous = app.anonymous();
    let begun = start(&anonymous, "startPasskeyLogin", "challengeToken options").await;
    let credential = answer(&phone.get(&begun["options"].to_string()));
    let input = json!({ "challengeToken": begun["challengeToken"], "credential": credential });
    call(&anonymous, "finishPasskeyLogin", "user { id }", input).await;
    let fields = "challengeToken passkeyOptions";
    let begun = start(client, "startReauthentication", fields).await;
    let credential = answer(&phone.get(&begun["passkeyOptions"].to_string()));
    let proof = json!({ "challengeToken": begun["challengeToken"], "credential": credential });
    let client = proven(app, client, json!({ "passkey": proof })).await;
    let me = client
        .query("{ me { passkeys { id } mfa { isEnabled recoveryCodesRemaining } } }")
        .await;
    let id = &me.data("me")["passkeys"][0]["id"];
    let input = json!({ "passkeyId": id, "name": "Phone" });
    call(&client, "renamePasskey", "passkey { id }", input).await;
    call(
        &client,
        "removePasskey",
        "removedPasskeyId",
        json!({ "passkeyId": id }),
    )
    .await;
}

/// What is done for people who have lost all, or were robbed.
async fn lose(app: &TestApp) {
    let nina = app.user("nina").await;
    let client = proven(app, &nina.client, json!({ "password": PASSWORD })).await;
    set_up(app, &client).await;
    let id: UserId = nina.id.parse().unwrap();
    let db = &app.app.db;
    let then = app.clock.now().as_millisecond() + 1;
    let unused = recovery_code::count_unused_before(db.reader(), id, then).await;
    assert_eq!(unused.unwrap(), 10);
    let tx = db.begin(Invalidates::All).await.unwrap();
    recovery_code::remove_since(&tx, id, then).await.unwrap();
    mfa::remove_all(&tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(totp::find(db.reader(), id).await.unwrap(), None);
}
