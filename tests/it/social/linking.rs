//! What a linked identity survives, and what ends it.

use serde_json::json;

use super::{EMAIL, Social, codes, come_back, confirm_all, stepped_up_browser, who};
use crate::page::location;

#[tokio::test]
async fn the_owner_is_told_and_can_undo_it() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    // A thief in the account links an account of his own.
    social.says_person("thief", "thief@example.com");
    let thief = stepped_up_browser(app, EMAIL).await;
    let callback = social.consent(&thief, "/oauth/corp/start?link").await;
    assert_eq!(
        location(&come_back(&thief, &callback).await),
        "/account/security?notice=identity-linked"
    );
    let mail = app.mail(EMAIL, "identity_linked").await;
    assert!(mail.text.contains("Corp") && mail.subject.contains("An account was connected"));
    let ended = app
        .anonymous()
        .call("endReportedSession", "isEnded", json!({ "token": mail.token() }))
        .await;
    assert_eq!(codes(&ended), [""; 0]);
    let again = app.browser();
    social.sign_in(&again).await;
    assert_ne!(who(&again).await["email"], EMAIL);
}

#[tokio::test]
async fn what_the_owner_undid_does_not_link_by_its_address_again() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    social.sign_in(&app.browser()).await;
    let token = app.mail(EMAIL, "identity_linked").await.token();
    let input = json!({ "token": token });
    let ended = app.anonymous().call("endReportedSession", "isEnded", input).await;
    assert_eq!(codes(&ended), [""; 0]);
    assert_eq!(social.sign_in(&app.browser()).await.status, 409);
}

#[tokio::test]
async fn a_link_by_address_is_reported_too() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    assert_eq!(location(&social.sign_in(&app.browser()).await), "/account");
    app.mail(EMAIL, "identity_linked").await;
    // A sign-in with what is linked is no news of that kind.
    let count = async || {
        app.mails()
            .await
            .iter()
            .filter(|mail| mail.kind == "identity_linked")
            .count()
    };
    let before = count().await;
    social.sign_in(&app.browser()).await;
    assert_eq!(count().await, before);
}

#[tokio::test]
async fn an_unproven_account_loses_its_identities_to_a_proof_by_mail_alone() {
    let social = Social::start().await;
    let app = &social.app;
    // Mallory signs up with Ada's address, and links an account of his own.
    app.user("ada").await;
    social.says_person("mallory", "mallory@example.com");
    let mallory = stepped_up_browser(app, EMAIL).await;
    let callback = social.consent(&mallory, "/oauth/corp/start?link").await;
    come_back(&mallory, &callback).await;
    assert_eq!(social.identities().await.len(), 1);
    // Ada resets the password by mail: that is the first proof of the address.
    let asked = app
        .anonymous()
        .call("requestPasswordReset", "email", json!({ "email": EMAIL }))
        .await;
    assert_eq!(codes(&asked), [""; 0]);
    let token = app.mail(EMAIL, "reset_password").await.token();
    let input = json!({ "token": token, "newPassword": "seven quiet lanterns" });
    assert_eq!(
        codes(&app.anonymous().call("resetPassword", "isReset", input).await),
        [""; 0]
    );
    assert!(social.identities().await.is_empty());
    let again = app.browser();
    social.sign_in(&again).await;
    assert_ne!(who(&again).await["email"], EMAIL);
}

#[tokio::test]
async fn an_account_goes_with_its_identities() {
    let social = Social::start().await;
    let app = &social.app;
    let browser = app.browser();
    social.sign_in(&browser).await;
    app.sql("DELETE FROM users").await;
    assert!(social.identities().await.is_empty());
    assert_eq!(location(&social.sign_in(&app.browser()).await), "/account");
}

#[tokio::test]
async fn where_confirmed_addresses_are_required_an_unconfirmed_one_signs_nobody_in() {
    use portcullis::platform::config::EmailVerification;
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    let browser = stepped_up_browser(app, EMAIL).await;
    social.says("other@example.com");
    let callback = social.consent(&browser, "/oauth/corp/start?link").await;
    come_back(&browser, &callback).await;
    let strict = app.another(|config| {
        config.email_verification = EmailVerification::Required;
        config.providers = app.app.config.providers.clone();
    });
    let strict = strict.await;
    let visitor = strict.browser();
    let started = super::get(&visitor, "/oauth/corp/start").await;
    let callback = social
        .provider
        .sign_in(&url::Url::parse(location(&started)).unwrap());
    let answer = come_back(&visitor, &callback).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("Please confirm your address first"));
}
