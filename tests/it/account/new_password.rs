//! Reasons for not changing a password, each reported at its field.

use serde_json::json;

use super::{CHANGE_PASSWORD, NEW, assert_done, change_password, opens, refusal, refusals};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_current_password_that_is_another_or_none_changes_nothing() {
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    let phone = super::Device::of(&app, &ada).await;
    let before = app.row(&ada.email).await;
    let long = "x".repeat(5_000);
    let cut = &PASSWORD[..PASSWORD.len() - 1];
    for (current, code) in [
        (json!(null), "REQUIRED"),
        (json!(""), "REQUIRED"),
        (json!("not the password"), "CURRENT_PASSWORD_INCORRECT"),
        (json!(" "), "CURRENT_PASSWORD_INCORRECT"),
        (json!(cut), "CURRENT_PASSWORD_INCORRECT"),
        (json!(PASSWORD.to_uppercase()), "CURRENT_PASSWORD_INCORRECT"),
        (json!(format!("{PASSWORD} ")), "CURRENT_PASSWORD_INCORRECT"),
        (json!(format!("{PASSWORD}\0")), "CURRENT_PASSWORD_INCORRECT"),
        (json!(format!("\0{PASSWORD}")), "CURRENT_PASSWORD_INCORRECT"),
        (json!(long), "CURRENT_PASSWORD_INCORRECT"),
        (json!(NEW), "CURRENT_PASSWORD_INCORRECT"),
    ] {
        let input = json!({ "input": { "currentPassword": current, "newPassword": NEW } });
        let answer = ada.client.run(CHANGE_PASSWORD, input).await;
        assert_eq!(
            refusals(&answer),
            [refusal(code, Some("currentPassword"))],
            "{current}"
        );
        let payload = answer.data("changePassword");
        assert_eq!(
            (&payload["user"], &payload["revokedSessionCount"]),
            (&json!(null), &json!(0))
        );
    }
    let input = json!({ "input": { "newPassword": NEW } });
    let answer = ada.client.run(CHANGE_PASSWORD, input).await;
    assert_eq!(refusals(&answer), [refusal("REQUIRED", Some("currentPassword"))]);

    assert_eq!(app.row(&ada.email).await, before);
    assert_eq!(
        phone.client.me().await.data("me")["id"],
        ada.id,
        "nobody was signed out"
    );
    assert!(!opens(&app, &ada, NEW).await);
}

#[tokio::test]
async fn the_new_password_must_pass_the_rules_of_a_sign_up() {
    let app = TestApp::start().await;
    let ada = app.user("adalovelace").await;
    let before = app.row(&ada.email).await;
    let longest = "ab".repeat(128);
    for (new, code) in [
        ("", "REQUIRED"),
        ("x7#pQ2m", "PASSWORD_TOO_SHORT"),
        ("       ", "PASSWORD_TOO_SHORT"),
        (&*format!("{longest}c"), "PASSWORD_TOO_LONG"),
        (&*"x".repeat(5_000), "PASSWORD_TOO_LONG"),
        (&*"\u{1F600}".repeat(257), "PASSWORD_TOO_LONG"),
        ("Password1", "PASSWORD_TOO_WEAK"),
        ("ADALOVELACE", "PASSWORD_TOO_WEAK"),
        ("adalovelace@example.com", "PASSWORD_TOO_WEAK"),
        ("Portcullis", "PASSWORD_TOO_WEAK"),
        ("with a\0nul in it", "INVALID_CHARACTERS"),
        ("with a\nline break", "INVALID_CHARACTERS"),
        ("with a \u{FFFF} in it", "INVALID_CHARACTERS"),
    ] {
        let answer = change_password(&ada.client, PASSWORD, new).await;
        assert_eq!(refusals(&answer), [refusal(code, Some("newPassword"))], "{new:?}");
    }
    assert_eq!(app.row(&ada.email).await, before);
    assert_done(&change_password(&ada.client, PASSWORD, &longest).await);
    assert!(opens(&app, &ada, &longest).await);
}

#[tokio::test]
async fn the_rules_are_those_of_the_name_that_the_account_has_now() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let name = json!({ "name": "Theodora Marshwiggle" });
    assert_done(&super::update_profile(&ada.client, name).await);
    let answer = change_password(&ada.client, PASSWORD, "marshwiggle").await;
    assert_eq!(
        refusals(&answer),
        [refusal("PASSWORD_TOO_WEAK", Some("newPassword"))]
    );
}

#[tokio::test]
async fn the_bounds_are_as_configured() {
    let app = TestApp::with(|config| config.password_min_length = 15).await;
    let ada = app.user("ada").await;
    let answer = change_password(&ada.client, PASSWORD, "fourteen signs").await;
    assert_eq!(
        answer.user_errors("changePassword"),
        [(
            "PASSWORD_TOO_SHORT",
            "Choose a longer password: at least 15 characters.",
            json!(["newPassword"])
        )]
    );
    assert_done(&change_password(&ada.client, PASSWORD, "fifteen letters").await);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for (new, code) in [("", "REQUIRED"), ("short", "PASSWORD_TOO_SHORT")] {
        for current in [json!(null), json!("")] {
            let input = json!({ "input": { "currentPassword": current, "newPassword": new } });
            let answer = ada.client.run(CHANGE_PASSWORD, input).await;
            assert_eq!(
                refusals(&answer),
                [
                    refusal("REQUIRED", Some("currentPassword")),
                    refusal(code, Some("newPassword"))
                ]
            );
        }
    }
    app.put_hash(&ada.email, None).await;
    let input = json!({ "input": { "newPassword": "short" } });
    let answer = ada.client.run(CHANGE_PASSWORD, input).await;
    assert_eq!(
        refusals(&answer),
        [
            refusal("REAUTHENTICATION_REQUIRED", None),
            refusal("PASSWORD_TOO_SHORT", Some("newPassword"))
        ]
    );
}

#[tokio::test]
async fn the_current_password_is_no_new_one_and_a_guess_at_it_is_not_confirmed() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let before = app.row(&ada.email).await;
    let answer = change_password(&ada.client, PASSWORD, PASSWORD).await;
    assert_eq!(
        answer.user_errors("changePassword"),
        [(
            "UNCHANGED",
            "Choose a password other than the current one.",
            json!(["newPassword"])
        )]
    );
    // Who does not know the present one does not learn it from what is said of the new one.
    let answer = change_password(&ada.client, "not the password", PASSWORD).await;
    assert_eq!(
        refusals(&answer),
        [refusal("CURRENT_PASSWORD_INCORRECT", Some("currentPassword"))]
    );
    let answer = change_password(&ada.client, "not the password", "not the password").await;
    assert_eq!(
        refusals(&answer),
        [refusal("CURRENT_PASSWORD_INCORRECT", Some("currentPassword"))]
    );
    assert_eq!(app.row(&ada.email).await, before);
}

#[tokio::test]
async fn a_proof_from_before_does_not_stand_in_for_the_current_password() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_done(&super::reauthenticate(&ada.client, PASSWORD).await);
    let input = json!({ "input": { "newPassword": NEW } });
    let answer = ada.client.run(CHANGE_PASSWORD, input).await;
    assert_eq!(refusals(&answer), [refusal("REQUIRED", Some("currentPassword"))]);
    let answer = change_password(&ada.client, "not the password", NEW).await;
    assert_eq!(
        refusals(&answer),
        [refusal("CURRENT_PASSWORD_INCORRECT", Some("currentPassword"))]
    );
    assert!(opens(&app, &ada, PASSWORD).await);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_told_why() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for (client, reason) in [
        (app.anonymous(), "TOKEN_MISSING"),
        (app.bearer("garbage"), "TOKEN_INVALID"),
    ] {
        assert_eq!(change_password(&client, PASSWORD, NEW).await.reason(), reason);
        // Not even what is wrong with the input.
        assert_eq!(change_password(&client, "", "").await.reason(), reason);
    }
    ada.client.logout().await;
    assert_eq!(
        change_password(&ada.client, PASSWORD, NEW).await.reason(),
        "SESSION_REVOKED"
    );
    assert!(opens(&app, &ada, PASSWORD).await);
}
