//! A thief of the password who adds a factor of his own to an account that had none.

use std::time::Duration;

use portcullis::platform::clock::Clock as _;
use serde_json::json;

use super::{
    super::{
        REGENERATE, SIGNED_IN, codes, end_reported, passkey_login, register, reset_by, set_up, step_up, text,
    },
    FIREFOX, OTHER,
};
use crate::{
    email_change::{change, proven, undo},
    support::{Authenticator, Client, PASSWORD, TestApp, totp_code},
};

/// The thief with a proof, in a browser that the account does not know: the sign-in is reported.
async fn thief(app: &TestApp, email: &str) -> Client {
    let client = app.anonymous().agent(FIREFOX);
    let tokens = client.login(email, PASSWORD).await.tokens("login");
    step_up(app, &app.bearer(&tokens.access), json!({ "password": PASSWORD })).await
}

/// The same from a network and with a device that the account knows, so that no sign-in is reported.
async fn unreported_thief(app: &TestApp, email: &str) -> Client {
    let thief = app.sign_in(email).await;
    step_up(app, &thief.client, json!({ "password": PASSWORD })).await
}

async fn assert_is_out(app: &TestApp, passkey: &mut Authenticator) {
    let back = passkey_login(&app.anonymous(), passkey).await;
    assert_eq!(
        codes(&back),
        ["PASSKEY_REJECTED"],
        "the thief is back: {}",
        back.text
    );
}

#[tokio::test]
async fn ending_a_reported_sign_in_ends_the_passkey_that_its_thief_added() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(1));
    let thief = thief(&app, &ada.email).await;
    let (mut passkey, _) = register(&thief, "thief").await;
    end_reported(&app, &app.mail(&ada.email, "new_sign_in").await.token()).await;
    assert_is_out(&app, &mut passkey).await;
}

#[tokio::test]
async fn ending_a_reported_sign_in_lets_its_owner_in_again() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(1));
    let thief = thief(&app, &ada.email).await;
    set_up(&app, &thief).await;
    end_reported(&app, &app.mail(&ada.email, "new_sign_in").await.token()).await;
    let link = app.mail(&ada.email, "session_ended").await.token();
    reset_by(&app, &link, OTHER).await;
    let input = json!({ "email": ada.email, "password": OTHER });
    let login = app.anonymous().call("login", SIGNED_IN, input).await;
    assert!(
        login.data("login")["tokens"].is_object(),
        "the owner is asked for the app of the thief: {}",
        login.text
    );
}

#[tokio::test]
async fn who_does_what_the_notice_of_a_new_passkey_says_is_rid_of_its_thief() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(1));
    let thief = unreported_thief(&app, &ada.email).await;
    let (mut passkey, _) = register(&thief, "thief").await;
    // "If it was not you, sign out all devices with the link."
    end_reported(&app, &app.mail(&ada.email, "passkey_added").await.token()).await;
    let link = app.mail(&ada.email, "session_ended").await.token();
    reset_by(&app, &link, OTHER).await;
    assert_is_out(&app, &mut passkey).await;
}

#[tokio::test]
async fn a_thief_who_sets_an_app_up_before_changing_the_address_does_not_disarm_the_undo() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(720));
    let thief = unreported_thief(&app, &ada.email).await;
    let (secret, _) = set_up(&app, &thief).await;
    app.pass(Duration::from_secs(30));
    let code = totp_code(&secret, app.clock.now().as_second());
    let thief = step_up(&app, &thief, json!({ "totpCode": code })).await;
    change(&app, &thief, "thief@example.com").await;
    let link = app.mail(&ada.email, "address_changed").await.token();
    assert_eq!(
        undo(&app, &link).await,
        [""; 0],
        "the owner is asked for a code of the thief's app"
    );
}

#[tokio::test]
async fn an_undo_ends_the_passkey_that_its_thief_added_just_before_the_change() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(720));
    let thief = unreported_thief(&app, &ada.email).await;
    let (mut passkey, _) = register(&thief, "thief").await;
    app.pass(Duration::from_secs(5));
    change(&app, &thief, "thief@example.com").await;
    // With new codes, none is older than the change, so the undo asks for none.
    let renewed = thief.query(REGENERATE).await;
    assert_eq!(codes(&renewed), [""; 0]);
    let link = app.mail(&ada.email, "address_changed").await.token();
    assert_eq!(undo(&app, &link).await, [""; 0]);
    assert_is_out(&app, &mut passkey).await;
}

#[tokio::test]
async fn a_set_up_that_began_with_the_old_password_ends_with_it() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let thief = app.sign_in(&ada.email).await;
    let thief = step_up(&app, &thief.client, json!({ "password": PASSWORD })).await;
    let begun = thief
        .query("mutation { startTotpSetup { setupToken secret userErrors { code } } }")
        .await;
    let begun = begun.data("startTotpSetup");
    // The owner changes the password; the step-ups of other sessions are forgotten.
    let input = json!({ "currentPassword": PASSWORD, "newPassword": OTHER, "keepOtherSessions": true });
    assert_eq!(
        codes(&ada.client.call("changePassword", "user { id }", input).await),
        [""; 0]
    );
    let started = thief
        .query("mutation { startTotpSetup { userErrors { code } } }")
        .await;
    assert_eq!(codes(&started), ["REAUTHENTICATION_REQUIRED"]);
    let code = totp_code(&text(&begun["secret"]), app.clock.now().as_second());
    let input = json!({ "setupToken": begun["setupToken"], "code": code });
    let confirmed = thief.call("confirmTotpSetup", "user { id }", input).await;
    assert_eq!(
        codes(&confirmed),
        ["MFA_CHALLENGE_EXPIRED"],
        "the thief's app is set up: {}",
        confirmed.text
    );
}
