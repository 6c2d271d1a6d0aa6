//! Authenticator apps.

use std::time::Duration;

use entity::totp_factor;
use portcullis::platform::clock::{Clock as _, Timestamp};
use sea_orm::EntityTrait as _;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{WithTotp, challenge, codes, set_up, step_up, text, verify};
use crate::support::{PASSWORD, TestApp, totp_code};

#[test]
fn codes_are_those_of_rfc_6238() {
    // Appendix B, SHA-1; the last six of its eight digits.
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned().into();
    let secret = portcullis::features::totp::TotpSecret::from_base32(&secret).unwrap();
    for (seconds, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        let now = Timestamp::from_second(seconds).unwrap();
        let matched = secret.step_of(&code.to_owned().into(), now);
        assert_eq!(matched, Some(seconds / 30), "{seconds}");
        assert_eq!(totp_code(secret.to_base32().expose_secret(), seconds), code);
    }
}

#[tokio::test]
async fn the_code_of_an_app_finishes_a_sign_in() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    assert_eq!(waiting["methods"], json!(["TOTP", "RECOVERY_CODE"]));
    let spaced = ada.next_code(&app);
    let spaced = format!(" {} {} ", &spaced[..3], &spaced[3..]);
    let answer = verify(&app.anonymous(), &waiting, json!({ "totpCode": spaced })).await;
    let done = answer.data("verifyMfa");
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(done["session"]["authMethods"], json!(["PASSWORD", "TOTP"]));
    assert_eq!(done["user"]["id"], ada.person.id);
}

#[tokio::test]
async fn one_step_earlier_and_one_later_count_and_no_others() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    app.pass(Duration::from_mins(10));
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let now = app.clock.now().as_second();
    for steps in [-2, 2] {
        let factor = json!({ "totpCode": totp_code(&ada.secret, now + steps * 30) });
        assert_eq!(
            codes(&verify(&app.anonymous(), &waiting, factor).await),
            ["MFA_CODE_INVALID"],
            "{steps}"
        );
    }
    for steps in [-1, 0, 1] {
        let waiting = challenge(&app.anonymous(), &ada.person.email).await;
        let factor = json!({ "totpCode": totp_code(&ada.secret, now + steps * 30) });
        assert_eq!(
            codes(&verify(&app.anonymous(), &waiting, factor).await),
            [""; 0],
            "{steps}"
        );
    }
}

#[tokio::test]
async fn a_code_works_once_and_with_it_all_earlier_ones_are_used() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let now = ada.next_code(&app);
    let before = totp_code(&ada.secret, app.clock.now().as_second() - 30);
    let first = challenge(&app.anonymous(), &ada.person.email).await;
    assert_eq!(
        codes(&verify(&app.anonymous(), &first, json!({ "totpCode": now })).await),
        [""; 0]
    );
    for used in [now, before] {
        let next = challenge(&app.anonymous(), &ada.person.email).await;
        let answer = verify(&app.anonymous(), &next, json!({ "totpCode": used })).await;
        assert_eq!(codes(&answer), ["MFA_CODE_INVALID"]);
    }
}

#[tokio::test]
async fn the_code_that_confirmed_the_set_up_counts_as_used() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let answer = verify(&app.anonymous(), &waiting, json!({ "totpCode": ada.code(&app) })).await;
    assert_eq!(codes(&answer), ["MFA_CODE_INVALID"]);
}

#[tokio::test]
async fn a_set_up_changes_nothing_before_its_code_and_belongs_to_its_session() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let started = client
        .query("mutation { startTotpSetup { setupToken secret otpauthUri } }")
        .await;
    let started = started.data("startTotpSetup").clone();
    let uri = text(&started["otpauthUri"]);
    assert!(
        uri.starts_with("otpauth://totp/") && uri.contains(&text(&started["secret"])),
        "{uri}"
    );
    assert!(
        uri.contains("ada%40example.com") && uri.contains("issuer="),
        "{uri}"
    );
    // Signed in as before, without a second factor.
    let other = app.sign_in(&ada.email).await;
    let code = totp_code(&text(&started["secret"]), app.clock.now().as_second());
    let confirm = |token: &serde_json::Value, code: &str| json!({ "setupToken": token, "code": code });
    let input = confirm(&started["setupToken"], &code);
    assert_eq!(
        codes(
            &other
                .client
                .call("confirmTotpSetup", "recoveryCodes", input)
                .await
        ),
        ["MFA_CHALLENGE_EXPIRED"]
    );
    for (wrong, refusal) in [
        ("", "REQUIRED"),
        ("000000", "MFA_CODE_INVALID"),
        ("letters", "MFA_CODE_INVALID"),
    ] {
        let input = confirm(&started["setupToken"], wrong);
        assert_eq!(
            codes(&client.call("confirmTotpSetup", "recoveryCodes", input).await),
            [refusal]
        );
    }
    app.pass(Duration::from_mins(10));
    let code = totp_code(&text(&started["secret"]), app.clock.now().as_second());
    let input = confirm(&started["setupToken"], &code);
    assert_eq!(
        codes(&client.call("confirmTotpSetup", "recoveryCodes", input).await),
        ["MFA_CHALLENGE_EXPIRED"]
    );
    let settings = client
        .query("{ me { mfa { isEnabled isTotpEnabled recoveryCodesRemaining } } }")
        .await;
    let expected = json!({ "isEnabled": false, "isTotpEnabled": false, "recoveryCodesRemaining": 0 });
    assert_eq!(settings.data("me")["mfa"], expected);
}

#[tokio::test]
async fn there_is_one_app_and_a_second_set_up_is_refused() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let again = ada
        .client
        .query("mutation { startTotpSetup { setupToken userErrors { code } } }")
        .await;
    assert_eq!(codes(&again), ["TOTP_ALREADY_ENABLED"]);
}

#[tokio::test]
async fn setting_an_app_up_ends_the_other_sessions_and_is_reported() {
    let app = TestApp::start().await;
    let person = crate::email_change::proven(&app, "ada").await;
    let other = app.sign_in(&person.email).await;
    let ada = WithTotp::of(&app, person).await;
    assert_eq!(other.client.me().await.reason(), "SESSION_REVOKED");
    let ended = app.session(&other.session_id).await.unwrap().revocation_reason;
    assert_eq!(ended, Some(entity::session::RevocationReason::MfaChanged));
    assert!(ada.client.me().await.codes().is_empty());
    assert!(
        app.kinds_to(&ada.person.email)
            .await
            .contains(&"totp_enabled".to_owned())
    );
}

#[tokio::test]
async fn an_app_is_turned_off_by_its_code_by_a_recovery_code_or_after_a_proof() {
    let off = |code: Option<String>| json!({ "code": code });
    let fields = "user { mfa { isEnabled recoveryCodesRemaining } }";
    for by in ["totp", "recovery", "proof"] {
        let app = TestApp::start().await;
        let ada = WithTotp::new(&app, "ada").await;
        // The password alone, proven before the app was there, is none of these.
        app.pass(Duration::from_mins(11));
        let nothing = ada.client.call("disableTotp", fields, off(None)).await;
        assert_eq!(codes(&nothing), ["REAUTHENTICATION_REQUIRED"]);
        let wrong = ada
            .client
            .call("disableTotp", fields, off(Some("123456".to_owned())))
            .await;
        assert_eq!(codes(&wrong), ["MFA_CODE_INVALID"]);
        let answer = match by {
            "totp" => {
                ada.client
                    .call("disableTotp", fields, off(Some(ada.next_code(&app))))
                    .await
            }
            "recovery" => {
                let code = ada.recovery_codes[0].clone();
                ada.client.call("disableTotp", fields, off(Some(code))).await
            }
            _ => {
                let proof = json!({ "totpCode": ada.next_code(&app) });
                let client = step_up(&app, &ada.client, proof).await;
                client.call("disableTotp", fields, off(None)).await
            }
        };
        assert_eq!(codes(&answer), [""; 0], "{by}");
        let mfa = &answer.data("disableTotp")["user"]["mfa"];
        // With the last factor, its recovery codes end.
        assert_eq!(mfa, &json!({ "isEnabled": false, "recoveryCodesRemaining": 0 }));
        let login = app.anonymous().login(&ada.person.email, PASSWORD).await;
        assert!(login.data("login")["tokens"].is_object(), "{by}");
    }
}

#[tokio::test]
async fn the_secret_is_stored_sealed_for_its_row() {
    let app = TestApp::start().await;
    let (ada, bob) = (WithTotp::new(&app, "ada").await, WithTotp::new(&app, "bob").await);
    let rows = totp_factor::Entity::find()
        .all(app.app.db.reader())
        .await
        .unwrap();
    for row in &rows {
        assert!(!row.sealed_secret.contains(&ada.secret) && !row.sealed_secret.contains(&bob.secret));
        assert!(row.sealed_secret.starts_with("v1."));
    }
    // Moved to another row, it does not open.
    let sealed = |id: &str| {
        let row = rows.iter().find(|row| row.user_id.to_string() == id);
        row.unwrap().sealed_secret.clone()
    };
    let sql = format!(
        "UPDATE totp_factors SET sealed_secret = '{}'",
        sealed(&bob.person.id)
    );
    app.sql(&sql).await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let answer = verify(
        &app.anonymous(),
        &waiting,
        json!({ "totpCode": ada.next_code(&app) }),
    )
    .await;
    assert_eq!(answer.codes(), ["INTERNAL_SERVER_ERROR"]);
}

#[tokio::test]
async fn a_proven_address_is_needed_where_mail_is_configured() {
    let app = TestApp::with(crate::support::with_unsent_mail).await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    for start in ["startTotpSetup", "startPasskeyRegistration"] {
        let answer = client
            .query(&format!("mutation {{ {start} {{ userErrors {{ code }} }} }}"))
            .await;
        assert_eq!(codes(&answer), ["EMAIL_NOT_VERIFIED"], "{start}");
    }
    app.sql("UPDATE users SET email_verified_at = 1").await;
    set_up(&app, &client).await;
}
