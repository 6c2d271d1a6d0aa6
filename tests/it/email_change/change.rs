//! A new address, confirmed by its owner.

use portcullis::platform::config::EmailVerification;
use serde_json::json;

use super::{ask, ask_with, change, proven};
use crate::{
    email_verification::{token, verify, with},
    support::{PASSWORD, TestApp},
};

#[tokio::test]
async fn the_address_changes_once_the_new_one_is_confirmed_in_the_session_that_asked() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let other = app.sign_in(&ada.email).await;
    assert_eq!(ask(&ada.client, "Ada@New.Example").await, [""; 0]);
    assert_eq!(
        app.row(&ada.email).await.unwrap().pending_email.as_deref(),
        Some("Ada@New.Example")
    );
    let letter = app.mail("Ada@new.example", "confirm_new_address").await;
    assert_eq!(verify(&ada.client, token(&letter.token())).await, [""; 0]);
    let row = app.row("ada@new.example").await.unwrap();
    assert_eq!((row.email.as_str(), row.pending_email), ("Ada@New.Example", None));
    assert_eq!(app.row(&ada.email).await, None);
    // The session that confirmed goes on; the others end.
    assert_eq!(ada.client.me().await.data("me")["email"], "Ada@New.Example");
    assert_eq!(other.client.me().await.reason(), "SESSION_REVOKED");
    app.anonymous()
        .login("ada@new.example", PASSWORD)
        .await
        .tokens("login");
    let notice = app.mail(&ada.email, "address_changed").await;
    assert!(notice.text.contains("Ada@New.Example"), "{}", notice.text);
}

/// D7: the attacker asks to change his account to her address; her click must not give it hers.
#[tokio::test]
async fn her_click_gives_nobody_her_address() {
    let app = TestApp::start().await;
    let thief = proven(&app, "thief").await;
    let eve = app.user("eve").await;
    assert_eq!(ask(&thief.client, "victim@example.org").await, [""; 0]);
    let link = token(
        &app.mail("victim@example.org", "confirm_new_address")
            .await
            .token(),
    );
    for client in [&app.anonymous(), &eve.client] {
        assert_eq!(verify(client, link.clone()).await, ["REQUIRED"]);
        let new = with(link.clone(), "newPassword", "a kettle on a rainy stove");
        assert_eq!(verify(client, new).await, ["REQUIRED"]);
        let wrong = with(link.clone(), "password", "her own password");
        assert_eq!(verify(client, wrong).await, ["INVALID_CREDENTIALS"]);
    }
    assert!(app.row(&thief.email).await.is_some());
}

#[tokio::test]
async fn two_changes_cannot_be_mixed_up() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    assert_eq!(ask(&ada.client, "one@example.org").await, [""; 0]);
    assert_eq!(ask(&ada.client, "two@example.org").await, [""; 0]);
    let one = app.mail("one@example.org", "confirm_new_address").await.token();
    let two = app.mail("two@example.org", "confirm_new_address").await.token();
    assert_eq!(verify(&ada.client, token(&one)).await, [""; 0]);
    // It was a change from the former address.
    assert_eq!(verify(&ada.client, token(&two)).await, ["TOKEN_INVALID"]);
    assert!(app.row("one@example.org").await.is_some());
}

#[tokio::test]
async fn a_withdrawn_change_is_dead() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    assert_eq!(ask(&ada.client, "new@example.org").await, [""; 0]);
    let link = app.mail("new@example.org", "confirm_new_address").await.token();
    let cancel = "mutation { cancelEmailChange { user { pendingEmail } userErrors { code } } }";
    for _ in 0..2 {
        let answer = ada.client.query(cancel).await;
        assert_eq!(
            answer.data("cancelEmailChange")["user"]["pendingEmail"],
            json!(null)
        );
    }
    assert_eq!(verify(&ada.client, token(&link)).await, ["TOKEN_INVALID"]);
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_nothing_waits() {
    let app = TestApp::start().await;
    let (ada, eve) = (proven(&app, "ada").await, app.user("eve").await);
    for (new, code) in [
        ("", "REQUIRED"),
        ("nobody", "INVALID_EMAIL"),
        (ada.email.as_str(), "UNCHANGED"),
        (eve.email.as_str(), "EMAIL_TAKEN"),
    ] {
        assert_eq!(ask(&ada.client, new).await, [code], "{new}");
    }
    let input = json!({ "newEmail": "new@example.org", "currentPassword": "wrong password" });
    assert_eq!(ask_with(&ada.client, input).await, ["CURRENT_PASSWORD_INCORRECT"]);
    let input = json!({ "newEmail": "new@example.org" });
    assert_eq!(ask_with(&ada.client, input).await, ["REAUTHENTICATION_REQUIRED"]);
    assert_eq!(app.row(&ada.email).await.unwrap().pending_email, None);
}

#[tokio::test]
async fn where_addresses_are_verified_a_taken_one_answers_like_a_free_one_and_its_owner_is_told() {
    let before = TestApp::start().await;
    let (ada, eve) = (proven(&before, "ada").await, proven(&before, "eve").await);
    let app = before
        .another(|config| config.email_verification = EmailVerification::Required)
        .await;
    let client = app.bearer(&ada.token);
    assert_eq!(ask(&client, &eve.email).await, [""; 0]);
    assert_eq!(ask(&client, "free@example.org").await, [""; 0]);
    assert_eq!(app.kinds_to("free@example.org").await, ["confirm_new_address"]);
    let letter = app.mail(&eve.email, "address_requested").await;
    assert_eq!(letter.link, None);
}

#[tokio::test]
async fn who_takes_the_address_meanwhile_keeps_it() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    assert_eq!(ask(&ada.client, "eve@example.com").await, [""; 0]);
    let link = token(&app.mail("eve@example.com", "confirm_new_address").await.token());
    app.user("eve").await;
    assert_eq!(verify(&ada.client, link).await, ["EMAIL_TAKEN"]);
    assert!(app.row(&ada.email).await.is_some());
}

#[tokio::test]
async fn an_account_asks_for_three_addresses_an_hour_whichever_they_are() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    for nth in 0..3 {
        assert_eq!(ask(&ada.client, &format!("a{nth}@example.org")).await, [""; 0]);
    }
    let input = json!({ "newEmail": "a4@example.org", "currentPassword": PASSWORD });
    let answer = ada.client.call("requestEmailChange", "user { id }", input).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"]);
}

#[tokio::test]
async fn the_spelling_of_an_address_can_change_without_an_undo() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    change(&app, &ada.client, "Ada@example.com").await;
    assert_eq!(app.row(&ada.email).await.unwrap().email, "Ada@example.com");
    assert!(
        !app.kinds_to(&ada.email)
            .await
            .contains(&"address_changed".to_owned())
    );
}
